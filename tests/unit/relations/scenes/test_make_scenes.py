from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.files import SCENES, read_about
from vitatlas.relations.scenes.job import make_scenes
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.spec import ScenesSpec

SCRIPT = str(Path(__file__).resolve().parents[4] / "workflow/scripts/relations/scenes.py")
MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)
SPEC = {"task": "rmts", "setting": "32", "geometry": MINI.model_dump(), "geometry_name": "mini", "seed": 3}


def arguments(folder: Path, sizes: dict[str, int], **changes: object) -> list[str]:
    outputs = [str(folder / f"{split}.parquet") for split in sizes]
    return ["--output", "scenes", *outputs, "--spec", json.dumps({**SPEC, "sizes": sizes, **changes})]


def test_every_split_is_written_and_says_what_it_is(tmp_path: Path) -> None:
    make_scenes(parse(ScenesSpec, arguments(tmp_path, {"train": 40, "ood_shape_color": 17})))
    table = Scenes.load(tmp_path / "ood_shape_color.parquet")
    assert table.to_frame().equals(make_split("rmts", "32", "ood_shape_color", 17, MINI, 3).to_frame())
    about = read_about(tmp_path / "train.parquet", SCENES, task="rmts", setting="32", geometry=MINI.model_dump())
    assert about["split"] == "train" and about["geometry_name"] == "mini" and about["seed"] == 3


def test_an_unknown_split_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unknown split 'trial'"):
        make_scenes(parse(ScenesSpec, arguments(tmp_path, {"trial": 4})))


def test_an_output_that_is_not_named_after_a_split_is_an_error(tmp_path: Path) -> None:
    words = arguments(tmp_path, {"train": 4})
    words[2] = str(tmp_path / "first.parquet")
    with pytest.raises(UserError, match=r"one file …/train\.parquet as output 'scenes', got 0"):
        make_scenes(parse(ScenesSpec, words))


def test_the_script_runs_alone_and_without_torch(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", SCRIPT, *arguments(tmp_path, {"val": 9})]
    result = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert len(Scenes.load(tmp_path / "val.parquet")) == 9
    assert "pyarrow" in result.stderr and "torch" not in result.stderr


def test_the_script_reports_a_mistake_in_one_line_and_fails(tmp_path: Path) -> None:
    tight = {"canvas": 24, "patch": 8, "object": 16, "sprite": 14}
    command = [sys.executable, SCRIPT, *arguments(tmp_path, {"val": 9}, geometry=tight)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1 and "error: no room for 4 separate objects" in result.stderr
    assert "Traceback" not in result.stderr and not list(tmp_path.iterdir())
