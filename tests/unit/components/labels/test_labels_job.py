"""The job that labels components with texts, on contributions in which single components carry planted features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from planted_components import COMPONENTS, TEXT_WIDTH, VALUES, WIDTH, Planted, job

from vitatlas.components.align.files import save_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.labels.job import component_labels
from vitatlas.components.labels.spec import LabelsSpec

SPEC = LabelsSpec(
    name="planted",
    run=0,
    methods=["procrustes", "free"],
    values=VALUES,
    attributes={name: name for name in VALUES},
    count=2,
    learned="alignment",
    measured="test",
    seed=3,
    own_space=False,
)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Labels by the true rotation, and by maps that turn each component at random."""
    folder = tmp_path_factory.mktemp("labels")
    planted = Planted(folder)
    rng = np.random.default_rng(5)
    turned = np.stack([np.linalg.qr(rng.normal(size=(WIDTH, TEXT_WIDTH)))[0] for _ in range(6)])
    maps = Maps("free", torch.from_numpy(turned).float(), torch.zeros(TEXT_WIDTH), 6)
    save_maps(folder / "free.safetensors", maps, [part.name for part in COMPONENTS[:-1]], {})
    files = planted.files | {"maps": [*planted.files["maps"], folder / "free.safetensors"]}
    component_labels(job(SPEC, files, {"table": folder / "labels.parquet"}))
    return pd.read_parquet(folder / "labels.parquet")


def value(table: pd.DataFrame, method: str, quantity: str) -> float:
    return float(table[(table["method"] == method) & (table["quantity"] == quantity)]["value"].iloc[0])


def test_the_true_rotation_matches_and_random_ones_do_not(table: pd.DataFrame) -> None:
    assert value(table, "procrustes", "match_rate") > 0.6  # texts of noise are chance
    assert value(table, "free", "match_rate") < value(table, "procrustes", "match_rate")
    assert value(table, "procrustes", "distance") < 1e-5 < value(table, "free", "distance")


def test_the_carrier_of_a_feature_is_labelled_with_its_values(table: pd.DataFrame) -> None:
    for method in ("truth", "procrustes"):
        of = table[(table["method"] == method) & (table["quantity"] == "label")]
        assert set(of.loc[of["component"] == "block.0.head.1", "text"]) <= set(VALUES["color"])
        assert set(of.loc[of["component"] == "block.0.head.3", "text"]) <= set(VALUES["location"])


def test_guessing_and_the_component_that_is_shown(table: pd.DataFrame) -> None:
    rates = table[table["quantity"] == "match_rate"]
    assert set(rates["chance"]) == {2 / 6} and set(rates["n"]) == {5}
    shown = table[table["shown"] == True]  # noqa: E712
    assert shown["component"].nunique() == 1 and set(shown["method"]) == {"truth", "procrustes", "free"}
    assert set(table.loc[table["method"] == "truth", "match"].dropna()) == {"exact"}


def test_init_and_bias_are_left_out(table: pd.DataFrame) -> None:
    assert not set(table["component"].dropna()) & {"init", "bias"}


def test_a_model_of_the_space_of_texts_is_held_against_its_own_representations(tmp_path: Path) -> None:
    files = {name: paths for name, paths in Planted(tmp_path).files.items() if name != "targets"}
    itself = Maps("identity", torch.eye(WIDTH)[None], torch.zeros(WIDTH), 6)
    save_maps(files["maps"][0], itself, [part.name for part in COMPONENTS[:-1]], {})
    spec = SPEC.model_copy(update={"methods": ["procrustes"], "own_space": True})
    component_labels(job(spec, files, {"table": tmp_path / "labels.parquet"}))
    found = pd.read_parquet(tmp_path / "labels.parquet")
    assert 0 < value(found, "procrustes", "distance") < 0.5, "the bias has no map"


def test_as_many_maps_as_methods_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="1 maps for 2 methods"):
        component_labels(job(SPEC, Planted(tmp_path).files, {"table": tmp_path / "labels.parquet"}))
