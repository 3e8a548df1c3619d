"""Invariants of path similarity: each holds of a sound table, and not of one with the fault it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vitatlas.features.invariants.similarity import INVARIANTS
from vitatlas.features.path_similarity.names import COMPARED
from vitatlas.features.path_similarity.sums import by_half
from vitatlas.invariants.invariant import check
from vitatlas.invariants.tables import Finished

BY_NAME = {one.name: one for one in INVARIANTS}
HEIGHTS = {"natural": 0.7, "made": 0.4, "made_others": 0.1, "natural_others": 0.0}


def sound() -> pd.DataFrame:
    """The sums of four units of each of four layers."""
    rng, rows = np.random.default_rng(0), []
    for layer in range(4):
        for unit in range(4):
            for at in range(layer + 1):
                about = {"site": "mlp.act", "layer": layer, "unit": unit, "at_site": "mlp.act", "at": at}
                rows += [about | {"quantity": name, "value": HEIGHTS[name] + rng.normal(0, 0.05)} for name in COMPARED]
    return by_half(pd.DataFrame(rows), 4, 60, 1).assign(model="one", run=0)


def held(name: str, table: pd.DataFrame, folder: Path) -> bool:
    path = folder / "analysis/features/path_similarity/one.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(path)
    found = check(BY_NAME[name], Finished((path,)))
    assert found is not None
    return found.held


@pytest.mark.parametrize("name", BY_NAME)
def test_all_hold_of_a_sound_table(name: str, tmp_path: Path) -> None:
    table = sound()
    assert held(name, table, tmp_path)
    unknown = (table["quantity"] == "normalised") & (table["at"] == 1)
    assert held(name, table.assign(**table[["value", "low", "high"]].mask(unknown)), tmp_path)


CORRELATIONS, RATIO, FOLLOWED = BY_NAME
CHANGED: list[tuple[str, str, int, str, Any]] = [
    (CORRELATIONS, "made", 0, "value", 1.1),
    (CORRELATIONS, "natural_others", 2, "value", np.nan),
    (CORRELATIONS, "natural", 1, "low", -1.5),
    (CORRELATIONS, "normalised", 0, "low", 9.0),
    (RATIO, "normalised", 1, "value", 0.9),
    (RATIO, "natural", 0, "value", -0.5),
    (FOLLOWED, "made", 2, "n", 99),
    (FOLLOWED, "natural", 1, "quantity", "made"),
    (FOLLOWED, "made", 0, "half", "third"),
    (FOLLOWED, "made_others", 3, "at", 7),
]


@pytest.mark.parametrize(("name", "quantity", "row", "column", "value"), CHANGED)
def test_a_fault_is_found(name: str, quantity: str, row: int, column: str, value: Any, tmp_path: Path) -> None:
    table = sound()
    table.loc[table.index[table["quantity"] == quantity][row], column] = value
    assert not held(name, table, tmp_path)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("rows", [[0, 0, 1], [0, 1, 2]])
def test_whatever_is_there_can_be_checked(name: str, rows: list[int], tmp_path: Path) -> None:
    """Rows that are twice there, and rows that are lacking."""
    path = tmp_path / "analysis/features/path_similarity/one.parquet"
    path.parent.mkdir(parents=True)
    sound().iloc[rows].to_parquet(path)
    found = check(BY_NAME[name], Finished((path,)))
    assert found is None or found.held == (name != FOLLOWED)


def test_a_layer_that_is_left_out_is_found(tmp_path: Path) -> None:
    assert not held(FOLLOWED, sound().query("at != 1"), tmp_path)
