"""The job that turns and shifts pictures."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from mapped_units import PART, encoder_spec, outputs_in, pictures_spec, spec_of, tables_of, unit_tables

from vitatlas.errors import UserError
from vitatlas.features.moved import job as module
from vitatlas.features.moved import scores
from vitatlas.features.moved.job import moved
from vitatlas.features.moved.spec import MovedSpec
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED

NAMES = ("units", "table")


def make(folder: Path, kind: str = "vit", batch: int = 70, **changes: Any) -> None:
    folder.mkdir(exist_ok=True)
    spec = {
        "encoder": encoder_spec(kind),
        "pictures": pictures_spec(batch),
        "units": 200,
        "step": 2,
        "seed": 1,
        "compute": {},
    }
    inputs = unit_tables(folder, kind)[:3]
    moved(parse(MovedSpec, [*inputs, *outputs_in(folder, *NAMES), *spec_of(**spec | changes)]))


def tables(folder: Path) -> list[pd.DataFrame]:
    return [pd.read_parquet(folder / f"{name}.parquet") for name in NAMES]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moved")
    make(folder)
    return folder


def test_every_unit_of_all_layers_is_moved_on_its_own_top_picture(made: Path) -> None:
    units, layers = tables(made)
    assert units.groupby("motion").size().to_dict() == {"rotation": 192, "translation": 192}
    top = tables_of("vit", 14)["top"].query("by == 'mean' and rank == 0")
    both = units.merge(top, on=["site", "layer", "unit"], suffixes=("", "_top"))
    assert len(both) == 384 and (both["picture"] == both["picture_top"]).all()
    assert both["before"].to_numpy() == pytest.approx(both["score"].clip(lower=0).to_numpy(), abs=1e-5)
    assert layers[["layer", "motion", "units"]].to_numpy().tolist() == [
        [layer, motion, 96] for layer in (0, 1) for motion in ("rotation", "translation")
    ]
    assert (layers["model"] == "vit").all() and (layers["n"] <= 96).all() and layers["error"].gt(0).all()


def test_some_units_of_each_layer_are_drawn_and_score_as_among_all(made: Path, tmp_path: Path) -> None:
    make(tmp_path, units=10)
    everything, some = tables(made)[0], tables(tmp_path)[0]
    assert some.groupby(["motion", "layer"]).size().tolist() == [10] * 4
    assert some.loc[some["motion"] == "rotation", "unit"].max() > 10  # not the first ones
    keys = ["motion", "layer", "unit"]
    both = some.merge(everything, on=keys, suffixes=("", "_all"))
    assert len(both) == 40 and both["after"].to_numpy() == pytest.approx(both["after_all"].to_numpy(), abs=1e-5)


def test_the_reference_s_first_copy_changes_rotation_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scores, "angles", lambda seed, picture: [9.0] * 18)  # less than 2 degrees move no pixel of 32
    found = []
    for before in ("corrected", "reference"):
        make(tmp_path / before, before=before)
        found.append(tables(tmp_path / before)[0].set_index("motion"))
    untouched, first = ([table.loc[motion] for motion in ("translation", "rotation")] for table in found)
    assert (untouched[0]["before"].to_numpy() == first[0]["before"].to_numpy()).all()
    assert (untouched[1]["before"].to_numpy() == untouched[0]["before"].to_numpy()).all()
    assert (untouched[1]["before"].to_numpy() != first[1]["before"].to_numpy()).mean() > 0.3
    assert first[1]["after"].to_numpy() == pytest.approx(first[1]["before"].to_numpy(), abs=1e-6)


def test_a_stop_is_followed_between_pictures_and_the_rest_is_the_same_to_the_bit(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(found: torch.Tensor) -> None:
        seen.append(len(found))
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    seen: list[int] = []
    monkeypatch.setattr(module, "_require_finite", stopped)
    with pytest.raises(SystemExit) as stop:
        make(tmp_path)
    assert stop.value.code == STOPPED and not (tmp_path / "table.parquet").exists()
    assert "stopped after 4 of " in capsys.readouterr().err
    make(tmp_path)
    assert sum(seen) == 192
    for one, other in zip(tables(made), tables(tmp_path), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert not list(tmp_path.glob(".*checkpoint*"))


def test_what_cannot_be_done_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="3 steps of 11 pixels are not less than the side of the pictures, 32"):
        make(tmp_path, step=11)
    with pytest.raises(UserError, match="nothing of run 3 of 'vit'"):
        make(tmp_path, encoder=encoder_spec("vit") | {"run": 3})
    with pytest.raises(UserError, match="the picture 'test/"):
        make(tmp_path, pictures=pictures_spec() | {"parts": {PART: {"split": "train", "scenes": 9}}})
    monkeypatch.setitem(tables_of("vit", 14), "top", tables_of("vit", 14)["top"].query("layer == 0"))
    with pytest.raises(UserError, match="no top pictures by mean of units of layer 1"):
        make(tmp_path)
    with pytest.raises(UserError, match="not finite"):
        module._require_finite(torch.tensor([np.nan]))
