from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scene_files import write_scenes

from vitatlas.images import png
from vitatlas.jobs.job import parse
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.examples import choose_examples, draw, montage, shape_sheet, stimulus_samples
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.shapes import atlas
from vitatlas.relations.scenes.spec import MontageSpec, ShapeSheetSpec, StimulusSamplesSpec

MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)


def decode(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(content)))


@pytest.fixture
def scenes(tmp_path: Path) -> Scenes:
    table = make_split("rmts", "256", "test", 200, MINI, 0)
    write_scenes(tmp_path / "test.parquet", table, MINI, split="test")
    return table


def arguments(folder: Path, output: str, name: str, **spec: object) -> list[str]:
    spec = {"geometry": MINI.model_dump(), "noise_std": 10.0, **spec}
    paths = ["--input", "scenes", str(folder / "test.parquet"), "--output", output, str(folder / name)]
    return [*paths, "--spec", json.dumps(spec)]


def test_the_table_of_examples_holds_the_images_of_its_scenes(tmp_path: Path, scenes: Scenes) -> None:
    spec = {"task": "rmts", "setting": "256", "seed": 1, "per_label": 4}
    stimulus_samples(parse(StimulusSamplesSpec, arguments(tmp_path, "table", "examples.parquet", **spec)))
    table = pd.read_parquet(tmp_path / "examples.parquet")
    assert table["label"].tolist() == [0] * 4 + [1] * 4
    assert set(table["task"]) == {"rmts"} and set(table["setting"]) == {"256"} and set(table["split"]) == {"test"}
    for row in table.itertuples():
        assert (row.label, row.kind) == (scenes.label[row.scene], scenes.kind[row.scene])
        assert (row.sample_same, row.display_same) == (scenes.sample_same[row.scene], scenes.display_same[row.scene])
        assert (decode(row.png) == draw(scenes[row.scene], MINI, 10.0)[0]).all()


def test_examples_of_discrimination_show_every_kind_of_difference() -> None:
    scenes = make_split("discrimination", "256", "test", 200, MINI, 0)
    chosen = scenes[choose_examples(scenes, 3, seed=0)]
    assert chosen.kind.tolist() == ["both", "shape", "color", "same", "same", "same"]


def test_examples_of_rmts_show_all_four_cases() -> None:
    scenes = make_split("rmts", "256", "test", 200, MINI, 0)
    chosen = scenes[choose_examples(scenes, 2, seed=0)]
    cases = zip(chosen.label.tolist(), chosen.sample_same.tolist(), chosen.display_same.tolist(), strict=True)
    assert set(cases) == {(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)}


def test_examples_differ_with_the_seed_and_only_with_it() -> None:
    scenes = make_split("rmts", "256", "test", 200, MINI, 0)
    first, again, other = (choose_examples(scenes, 4, seed).tolist() for seed in (0, 0, 1))
    assert first == again != other


def test_few_scenes_give_few_examples() -> None:
    scenes = make_split("discrimination", "256", "test", 3, MINI, 0)
    assert sorted(choose_examples(scenes, 4, seed=0).tolist()) == [0, 1, 2]


def test_the_sheet_lists_all_shapes_and_colors(tmp_path: Path) -> None:
    spec = {"geometry": MINI.model_dump(), "noise_std": 10.0, "size": 48}
    output = ["--output", "table", str(tmp_path / "sheet.parquet")]
    shape_sheet(parse(ShapeSheetSpec, [*output, "--spec", json.dumps(spec)]))
    table = pd.read_parquet(tmp_path / "sheet.parquet")
    assert Counter(zip(table["item"], table["ood"], strict=True)) == {
        ("shape", False): 16,
        ("shape", True): 4,
        ("color", False): 16,
        ("color", True): 4,
    }
    shapes, colors = (table[table["item"] == item].set_index("id") for item in ("shape", "color"))
    assert ((decode(shapes.loc[6, "sprite"]) == 0) == atlas(14)[6]).all()
    assert ((decode(shapes.loc[6, "png"]) == 0) == atlas(48)[6]).all()
    assert colors.loc[0, "hex"] == "#e91e63" and (decode(colors.loc[0, "png"]) == COLORS[0]).all()
    noisy = decode(colors.loc[14, "sprite"]).astype(float)
    assert noisy.shape == (14, 14, 3) and 5 < noisy[4:10, 4:10].std() < 15
    names = colors["name"].tolist() + shapes["name"].tolist()
    assert len(set(names)) == 40


def test_a_montage_has_every_image_at_its_place(tmp_path: Path, scenes: Scenes) -> None:
    spec = {"count": 5, "columns": 3, "scale": 2}
    montage(parse(MontageSpec, arguments(tmp_path, "image", "montage.png", **spec)))
    grid = decode((tmp_path / "montage.png").read_bytes())
    assert grid.shape == (2 * 100 + 4, 3 * 100 + 4, 3)
    last = draw(scenes[4], MINI, 10.0)[0]
    assert (grid[104:200:2, 104:200:2] == last).all() and (grid[105:200:2, 105:200:2] == last).all()
    assert (grid[100:, 204:] == 200).all() and (grid[:4] == 200).all()


def test_encoding_loses_nothing() -> None:
    image = np.random.default_rng(0).integers(256, size=(5, 7, 3), dtype=np.uint8)
    assert (decode(png.encode(image)) == image).all()
