from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vitatlas.config.models import Geometry
from vitatlas.errors import UserError
from vitatlas.jobs import parse
from vitatlas.stimuli.job import MakeScenes, make_scenes
from vitatlas.stimuli.scenes import Scenes, read_metadata
from vitatlas.stimuli.sets import make_split

SCRIPT = str(Path(__file__).resolve().parents[2] / "workflow/scripts/make_scenes.py")
MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)
SPEC = {"task": "rmts", "setting": "32", "geometry": MINI.model_dump(), "geometry_name": "mini", "seed": 3}


def arguments(folder: Path, sizes: dict[str, int], **changes: object) -> list[str]:
    outputs = [("--output", split.replace("-", "_"), str(folder / f"{split}.parquet")) for split in sizes]
    return [*(word for output in outputs for word in output), "--spec", json.dumps({**SPEC, "sizes": sizes, **changes})]


def test_every_split_is_written_with_its_metadata(tmp_path: Path) -> None:
    make_scenes(parse(MakeScenes, arguments(tmp_path, {"train": 40, "ood-shape-color": 17})))
    table = Scenes.load(tmp_path / "ood-shape-color.parquet")
    assert table.to_frame().equals(make_split("rmts", "32", "ood-shape-color", 17, MINI, 3).to_frame())
    metadata = read_metadata(tmp_path / "train.parquet")
    assert metadata["split"] == "train" and metadata["geometry_name"] == "mini" and metadata["seed"] == 3


def test_an_unknown_split_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unknown split 'trial'"):
        make_scenes(parse(MakeScenes, arguments(tmp_path, {"trial": 4})))


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
