"""Examples of the photorealistic set, and its section of the configuration."""

import importlib.util
import io
import json

import pandas as pd
import pytest
from photoreal_scenes import render, save, scene, scenes
from PIL import Image

from vitatlas.images.photoreal.settings import Rendering
from vitatlas.jobs.job import parse
from vitatlas.relations.config.photoreal import Photoreal
from vitatlas.relations.photoreal.examples import choose, photoreal_examples
from vitatlas.relations.photoreal.spec import PhotorealExamplesSpec


def test_examples_show_many_objects():
    chosen = choose(scenes(32), 4)
    assert [made.label for made in chosen] == [0] * 4 + [1] * 4
    shown = {placed.object for made in chosen for placed in made.objects}
    assert len(shown) >= 10


def test_settings_are_checked():
    values = {"images": 8, "samples": 4, "shards": 1, "example_side": 48, "batch": 8}
    assert isinstance(Photoreal(**values).rendering, Rendering)
    with pytest.raises(ValueError, match="nearest camera"):
        Photoreal(**values, distance=(5, 4))
    with pytest.raises(ValueError, match="multiple of 2"):
        Photoreal(**values | {"images": 7})
    with pytest.raises(ValueError, match="license"):
        Photoreal(**values, meshes={"folder": "meshes"})


@pytest.mark.skipif(not importlib.util.find_spec("mitsuba"), reason="Mitsuba is not installed")
@pytest.mark.parametrize(("side", "large"), [(40, 40), (32, 32), (16, 32)])
def test_examples_are_rendered_larger_where_that_shows_more(tmp_path, side, large):
    made = [scene(0, scene=0, samples=1), scene(1, "mug", "mug", scene=1, samples=1)]
    save(made, tmp_path / "scenes.parquet")
    seen = render(tmp_path / "scenes.parquet", tmp_path / "images.parquet")
    argv = [
        "--input",
        "scenes",
        str(tmp_path / "scenes.parquet"),
        "--input",
        "images",
        str(tmp_path / "images.parquet"),
    ]
    argv += [
        "--output",
        "table",
        str(tmp_path / "examples.parquet"),
        "--spec",
        json.dumps({"per_label": 3, "side": side}),
    ]
    photoreal_examples(parse(PhotorealExamplesSpec, argv))
    table = pd.read_parquet(tmp_path / "examples.parquet")
    assert table[["scene", "label", "first", "second"]].to_numpy().tolist() == [
        [0, 0, "cube", "sphere"],
        [1, 1, "mug", "mug"],
    ]
    assert list(table["png"]) == seen.png
    assert {Image.open(io.BytesIO(cell)).size for cell in table["large"]} == {(large, large)}
