"""What visualising refuses, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from visualise_jobs import SETTINGS, arguments, encoder, made, scored

from vitatlas.errors import UserError
from vitatlas.features.visualise.ascent import Ascent
from vitatlas.features.visualise.spec import VisualiseSpec
from vitatlas.jobs.job import parse


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored(tmp_path_factory.mktemp("scores"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"features": [{"layer": 2, "units": [0]}]}, "no layer 2"),
        ({"features": [{"layer": -1, "units": [0]}]}, r"layer.*greater than or equal to 0"),
        ({"features": [{"layer": 0, "units": [96]}]}, "no unit 96"),
        ({"features": [{"layer": 0, "units": [-1]}]}, r"units\.0.*greater than or equal to 0"),
        ({"features": [{"layer": 0, "units": [1, 1]}]}, "is there twice"),
        ({"features": [{"layer": 0, "units": [1], "site": "mlp.pattern"}]}, "unknown site"),
        ({"settings": SETTINGS | {"jitter": 32}}, "jitter of 32 pixels is as wide"),
        ({"weight_units": "sd"}, "need the scores of natural pictures"),
        ({"settings": SETTINGS | {"parametrisation": "maco"}}, "expected one file as input 'spectrum'"),
    ],
)
def test_what_the_network_has_not_is_refused_before_a_step(
    changes: dict[str, Any], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ascent, "advance", lambda _: pytest.fail("a step was made"))
    with pytest.raises(UserError, match=problem):
        made(tmp_path, **changes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"encoder": encoder() | {"run": 4}}, "not of small, run 4"),
        ({"part": "train"}, "no scores of part 'train'"),
        ({"features": [{"layer": 0, "site": "attn.k", "units": [0]}]}, r"no scores of unit 0 at attn\.k of layer 0"),
    ],
)
def test_scores_of_something_else_are_refused(
    changes: dict[str, Any], problem: str, moments: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=problem):
        made(tmp_path, {"moments": moments}, **changes)


def test_scores_of_several_parts_need_a_name_and_must_be_finite(moments: Path, tmp_path: Path) -> None:
    table, file = pd.read_parquet(moments), tmp_path / "moments.parquet"
    pd.concat([table, table.assign(part="other")]).to_parquet(file)
    features = [{"layer": 1, "units": [5]}]
    with pytest.raises(UserError, match="several parts"):
        made(tmp_path / "out", {"moments": file}, features=features)
    assert len(made(tmp_path / "out", {"moments": file}, features=features, part="other")[0]) == 1
    table.assign(sd=np.inf).to_parquet(file)
    with pytest.raises(UserError, match="not finite"):
        made(tmp_path / "bad", {"moments": file}, features=features)


@pytest.mark.parametrize(
    "settings",
    [
        *({"copies": 0}, {"steps": 0}, {"learning_rate": 0}, {"learning_rate": float("inf")}, {"jitter": -1}),
        *({"log_sigma": -1}, {"log_sigma": 1000}, {"noise": -0.5}, {"mu": -1}, {"parametrisation": "cppn"}),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=next(iter(settings))):
        parse(VisualiseSpec, arguments(tmp_path, settings=settings))


@pytest.mark.parametrize("weights", [[-0.1], [], [float("nan")]])
def test_weights_are_numbers_from_0(weights: list[float], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="weights"):
        parse(VisualiseSpec, arguments(tmp_path, weights=weights))
