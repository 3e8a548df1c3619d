"""Invariants of maps and of moved pictures: each holds of sound tables, and not of one with the fault it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vitatlas.features.invariants.maps import INVARIANTS
from vitatlas.invariants.invariant import check
from vitatlas.invariants.tables import Finished

BY_NAME = {one.name: one for one in INVARIANTS}
UNIT = {"model": "one", "run": 0, "unit": 3, "chosen": "mean", "drawn": True}


def fits(layer: int) -> list[dict[str, Any]]:
    about = UNIT | {"layer": layer, "n": 5, "control": ""}
    rows = [about | {"quantity": name, "value": 0.8} for name in ("auc", "pointing", "iou", "auc_off")]
    rows += [row | {"control": "shuffled", "value": 0.5} for row in rows]
    more = {"area": 0.1, "variation": 2.0, "relocation": -0.2, "gini": 0.5, "above_half": 0.2}
    return rows + [about | {"quantity": name, "value": value} for name, value in more.items()]


def sound() -> dict[str, pd.DataFrame]:
    """One small table of each kind."""
    about = {**UNIT, "layer": 0, "rows": 1, "columns": 2, "scale": 1.0, "variation": 0.5}
    maps = [about | {"map": [0.5, 1.5], "score": 1.0}, about | {"map": [0.5, 1.5], "score": 1.5, "chosen": "maximum"}]
    stays = {"run": 0, "before": 1.0, "after": 0.5, "ratio": 0.4, "of_means": 0.5, "units": 9, "n": 8}
    moved = [stays | {"layer": layer, "motion": name} for layer in (0, 1) for name in ("rotation", "translation")]
    return {
        "mapped": pd.DataFrame(maps),
        "locality": pd.DataFrame([*fits(0), *fits(1)]),
        "moved": pd.DataFrame(moved),
    }


def finished(tables: dict[str, pd.DataFrame], folder: Path) -> Finished:
    paths = []
    for kind, table in tables.items():
        path = folder / f"analysis/features/{kind}/one.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(path)
        paths.append(path)
    return Finished(tuple(paths))


def test_all_hold_of_sound_tables(tmp_path: Path) -> None:
    for one in INVARIANTS:
        found = check(one, finished(sound(), tmp_path))
        assert found is not None and found.held, one.name


CHANGED: list[tuple[str, str, int, str, Any]] = [
    ("a map's mean is its score", "mapped", 0, "score", 1.01),
    ("a map's mean is its score", "mapped", 1, "score", 1.0),
    ("a map fills its grid", "mapped", 0, "rows", 2),
    ("a map fills its grid", "mapped", 0, "variation", 1.2),
    ("fits are shares", "locality", 0, "value", 1.1),
    ("fits are shares", "locality", 9, "value", -0.1),
    ("every fit has its control", "locality", 4, "control", "other"),
    ("every fit has its control", "locality", 8, "quantity", "else"),
    ("no layer is left out", "moved", 0, "units", 8),
    ("what stays is not below nothing", "moved", 1, "ratio", -0.1),
    ("what stays is not below nothing", "moved", 1, "n", 10),
]


@pytest.mark.parametrize(("name", "kind", "row", "column", "value"), CHANGED)
def test_a_fault_is_found(name: str, kind: str, row: int, column: str, value: Any, tmp_path: Path) -> None:
    tables = sound()
    tables[kind].loc[row, column] = value
    found = check(BY_NAME[name], finished(tables, tmp_path))
    assert found is not None and not found.held


@pytest.mark.parametrize("kind", ["locality", "moved"])
def test_a_layer_that_is_left_out_is_found(kind: str, tmp_path: Path) -> None:
    tables = sound()
    tables[kind] = tables[kind].query("layer != 0")
    found = check(BY_NAME["no layer is left out"], finished(tables, tmp_path))
    assert found is not None and not found.held
