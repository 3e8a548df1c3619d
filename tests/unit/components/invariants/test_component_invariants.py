"""Invariants of this paper's tables: each holds of a sound table, and not of one with the fault that it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vitatlas.components.invariants.every import INVARIANTS
from vitatlas.invariants.invariant import check
from vitatlas.invariants.tables import Finished

BY_NAME = {one.name: one for one in INVARIANTS}


def sound() -> dict[str, pd.DataFrame]:
    """One small table of each kind."""
    exact = [("sum", "float64", 1e-16), ("sum", "float32", 1e-7), ("tokens", "float64", 1e-15)]
    groups = [("a on x", 0.5), ("a on y", 0.7), ("b on x", 0.8), ("b on y", 1.0), ("worst", 0.5), ("average", 0.75)]
    removal = {"run": 0, "head": 0, "control": "none", "draw": 0, "k": 0, "moment": "before"}
    ablation = [("last", 0.9), ("last", 0.1), ("first", 0.9), ("first", 0.1)]
    labels = [("truth", "label", "red", "exact", None), ("free", "label", "red", "exact", None)]
    labels += [("free", "match_rate", None, None, 0.5), ("free", "distance", None, None, 0.2)]
    return {
        "exactness": pd.DataFrame(exact, columns=["quantity", "precision", "value"]).assign(layernorm="corrected"),
        "removal": pd.DataFrame(groups, columns=["group", "value"]).assign(**removal),
        "ablation": pd.DataFrame(ablation, columns=["start", "value"]).assign(run=0, chance=0.1),
        "scores": pd.DataFrame({"quantity": ["score", "variance", "halves"], "value": [-0.3, 0.2, 0.9]}),
        "labels": pd.DataFrame(labels, columns=["method", "quantity", "text", "match", "value"]).assign(
            model="one", run=0, component="block.0.mlp"
        ),
        "by_text": pd.DataFrame({"quantity": ["precision", "score"], "value": [1.0, 3.0]}),
        "segmentation": pd.DataFrame({"quantity": ["miou"], "value": [0.4]}),
    }


def finished(tables: dict[str, pd.DataFrame], folder: Path) -> Finished:
    paths = []
    for kind, table in tables.items():
        path = folder / f"analysis/components/{kind}/one.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(path)
        paths.append(path)
    return Finished(tuple(paths))


def test_all_hold_of_sound_tables(tmp_path: Path) -> None:
    found = [check(one, finished(sound(), tmp_path)) for one in INVARIANTS]
    assert all(one is not None and one.held for one in found)


FAULTS: dict[str, tuple[str, int, str, Any]] = {
    "components sum to the representation": ("exactness", 0, "value", 1e-10),
    "tokens sum to heads": ("exactness", 2, "value", 1e-6),
    "the average is that of the groups": ("removal", 5, "value", 0.8),
    "nothing ablated, nothing lost": ("ablation", 2, "value", 0.8),
    "shares are shares": ("segmentation", 0, "value", 1.2),
    "scores are correlations": ("scores", 0, "value", -1.1),
    "variance explained is a share": ("scores", 1, "value", 1.5),
    "the truth matches itself": ("labels", 0, "match", "none"),
    "match rates are shares": ("labels", 2, "value", -0.1),
}


def test_every_invariant_has_a_fault_here() -> None:
    assert FAULTS.keys() == BY_NAME.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_each_is_violated_by_the_fault_that_it_is_about(name: str, tmp_path: Path) -> None:
    tables = sound()
    kind, row, column, value = FAULTS[name]
    tables[kind].loc[row, column] = value
    found = check(BY_NAME[name], finished(tables, tmp_path))
    assert found is not None and not found.held


@pytest.mark.parametrize("of", ["score", "variance", "size"])
@pytest.mark.parametrize("by", ["decodability", "lost"])
def test_what_follows_a_probe_is_a_correlation_too(of: str, by: str, tmp_path: Path) -> None:
    tables = {"scores": pd.DataFrame({"quantity": [f"{of}_follows_{by}"], "value": [1.1]})}
    found = check(BY_NAME["scores are correlations"], finished(tables, tmp_path))
    assert found is not None and not found.held


def test_what_is_not_there_is_not_looked_at(tmp_path: Path) -> None:
    assert all(check(one, finished({}, tmp_path)) is None for one in INVARIANTS)
