"""The job that renders scenes for all encoders of one size: the same bits as without it, whatever happens to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from decomposed import encoder
from sources import ROOT

from vitatlas.encoders.seen import scenes_job as module
from vitatlas.encoders.seen.pictures import pictures_of
from vitatlas.encoders.seen.scenes_job import render_scenes
from vitatlas.encoders.seen.scenes_spec import ScenesSpec
from vitatlas.encoders.seen.sources import Birds, Scenes
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED

SCENES = {"split": "test", "scenes": 70}
BIRDS = {"split": "train", "birds": 70, "correlation": 0.9}
SIDE = 32
"""Of the pictures that the encoders of the tests take."""


def arguments(folder: Path, **changes: Any) -> list[str]:
    spec = {"part": "test", "source": SCENES, "seed": 5, "side": SIDE} | changes
    outputs = ["--output", "pixels", str(folder / "test.npy"), "--output", "table", str(folder / "test.parquet")]
    return [*outputs, "--spec", json.dumps(spec)]


def make(folder: Path, **changes: Any) -> Path:
    folder.mkdir(exist_ok=True)
    render_scenes(parse(ScenesSpec, arguments(folder, **changes)))
    return folder / "test.npy"


@pytest.mark.parametrize("source", [SCENES, BIRDS], ids=["scenes", "birds"])
def test_pixels_and_table_are_those_that_an_encoder_would_have_rendered(tmp_path: Path, source: dict[str, Any]) -> None:
    pixels = np.load(make(tmp_path, source=source))
    kind = Birds if "birds" in source else Scenes
    rendered = pictures_of("test", kind.model_validate(source), encoder("vit", dtype=torch.float32), 5, [])
    assert pixels.dtype == np.uint8 and pixels.shape == (70, 3, SIDE, SIDE)
    assert np.array_equal(pixels, torch.cat(list(rendered.batches(9))).numpy())
    assert rendered.table.equals(pd.read_parquet(tmp_path / "test.parquet"))


def test_the_table_says_of_which_part_and_how_large(tmp_path: Path) -> None:
    make(tmp_path, side=48)
    about = read_provenance(tmp_path / "test.parquet")["about"]
    assert {name: about[name] for name in ("part", "side")} == {"part": "test", "side": 48}


def test_a_stop_is_followed_between_batches_and_the_rest_is_made_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(rows: module.Rows, values: np.ndarray) -> None:
        real(rows, values)
        os.kill(os.getpid(), signal.SIGTERM)

    real = module.Rows.add
    with monkeypatch.context() as patched:
        patched.setattr(module.Rows, "add", stopped)
        with pytest.raises(SystemExit) as stop:
            make(tmp_path)
    assert stop.value.code == STOPPED and not (tmp_path / "test.npy").exists()
    assert f"scenes of test: stopped after {module.BATCH} of 70; run again to continue" in capsys.readouterr().err
    assert make(tmp_path).read_bytes() == make(tmp_path / "whole").read_bytes()


def test_what_a_kill_left_is_continued_to_the_same_bits(tmp_path: Path) -> None:
    many = {"source": {"split": "test", "scenes": 1000}}
    killed, note = tmp_path / "killed", tmp_path / "killed" / ".test.npy.rows.json"
    killed.mkdir()
    command = [
        sys.executable,
        str(ROOT / "workflow/scripts/components/component_scenes.py"),
        *arguments(killed, **many),
    ]
    process, deadline = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}), time.monotonic() + 60
    while not note.exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (killed / "test.npy").exists()
    rendered: list[int] = []
    real = module.Rows.add
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module.Rows, "add", lambda rows, values: (rendered.append(len(values)), real(rows, values)))
        make(killed, **many)
    assert sum(rendered) <= 1000 - module.BATCH
    assert (killed / "test.npy").read_bytes() == make(tmp_path / "whole", **many).read_bytes()
    assert sorted(path.name for path in killed.iterdir()) == ["test.npy", "test.parquet"]


def test_scenes_that_would_be_too_small_to_be_seen_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too small for the world"):
        make(tmp_path, side=16)
