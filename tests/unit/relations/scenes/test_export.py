from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scene_files import write_scenes

from vitatlas.errors import UserError
from vitatlas.jobs.job import Job, parse
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.examples import draw
from vitatlas.relations.scenes.export import export_stimuli
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.spec import ExportStimuliSpec

P16 = Geometry(canvas=224, patch=16, object=32, sprite=24)


def job(folder: Path, task: str, splits: list[str]) -> tuple[Job[ExportStimuliSpec], list[Scenes]]:
    """An export of freshly made tables of 12 scenes."""
    tables = [make_split(task, "32", split, 12, P16, 0) for split in splits]
    paths = [folder / f"{split}.parquet" for split in splits]
    for table, path in zip(tables, paths, strict=True):
        write_scenes(path, table, P16, split=path.stem)
    spec = {"task": task, "setting": "32", "geometry": P16.model_dump(), "noise_std": 10.0, "train_size": 12}
    inputs = ["--input", "scenes", *map(str, paths)]
    return parse(
        ExportStimuliSpec, [*inputs, "--output", "folder", str(folder / "out"), "--spec", json.dumps(spec)]
    ), tables


def test_discrimination_is_written_in_the_layout_of_the_authors(tmp_path: Path) -> None:
    work, (scenes,) = job(tmp_path, "discrimination", ["train"])
    export_stimuli(work)
    folder = tmp_path / "out/NOISE_RGB/aligned/b16/N_32/trainsize_12_32-32-224/train"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.png")}
    names = {"both": "different", "same": "same", "shape": "different", "color": "different"}
    wanted = {f"{names[kind]}/{row}.png" for row, kind in enumerate(scenes.kind)}
    wanted |= {f"different-{kind}/{row}.png" for row, kind in enumerate(scenes.kind) if kind in ("shape", "color")}
    assert found == wanted
    metadata = pickle.loads((folder / "datadict.pkl").read_bytes())
    assert set(metadata) == {f"train/{name}" for name in wanted}
    assert metadata["train/same/1.png"] == {
        "sd-label": 1,
        "pos1": scenes.tokens(P16)[1, 0].tolist(),
        "c1": scenes.color[1, 0],
        "s1": scenes.shape[1, 0],
        "pos2": scenes.tokens(P16)[1, 1].tolist(),
        "c2": scenes.color[1, 1],
        "s2": scenes.shape[1, 1],
    }
    image = np.asarray(Image.open(folder / "same/1.png"))
    assert (image == draw(scenes[1], P16, 10.0)[0]).all()


def test_rmts_also_describes_the_display_pair(tmp_path: Path) -> None:
    work, (val, ood) = job(tmp_path, "rmts", ["val", "ood_shape_color"])
    export_stimuli(work)
    folder = tmp_path / "out/mts/aligned/b16/N_32/trainsize_12_32-32-224/val"
    metadata = pickle.loads((folder / "datadict.pkl").read_bytes())
    assert len(metadata) == 12
    for key, entry in metadata.items():
        row = int(Path(key).stem)
        assert Path(key).parts[1] == ("same" if val.label[row] else "different") and entry["sd-label"] == val.label[row]
        assert entry["display1-pos"] == [0, 1, 14, 15] and entry["display2-pos"] == [2, 3, 16, 17]
        assert (entry["display2-c"], entry["display2-s"]) == (val.color[row, 3], val.shape[row, 3])
    ood_folder = tmp_path / "out/mts_ood/aligned/b16/N_32/trainsize_12_64-64-64/ood-shape-color"
    assert len(list(ood_folder.rglob("*.png"))) == len(ood)
    keys = pickle.loads((ood_folder / "datadict.pkl").read_bytes())
    assert {Path(key).parts[0] for key in keys} == {"ood-shape-color"}


def test_a_failed_export_leaves_nothing_behind(tmp_path: Path) -> None:
    work, _ = job(tmp_path, "rmts", ["train", "val"])
    broken = tmp_path / "val.parquet"
    broken.write_bytes(broken.read_bytes()[:-9])
    with pytest.raises(UserError, match="not a table of scenes"):
        export_stimuli(work)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["train.parquet", "val.parquet"]


def test_a_second_export_replaces_the_first(tmp_path: Path) -> None:
    work, _ = job(tmp_path, "rmts", ["train"])
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.png").touch()
    export_stimuli(work)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["mts", "provenance.json"]
