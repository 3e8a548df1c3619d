"""Invariants of what networks answer: they hold of sound tables, and see what is wrong with others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import classified_tables as made
import pandas as pd
import pytest

from vitatlas.features.invariants.classified import INVARIANTS
from vitatlas.invariants.invariant import check
from vitatlas.invariants.tables import Finished

BY_NAME = {found.name: found for found in INVARIANTS}
CURVES = {"natural": [0.9], "isolating_cls": [0.9, 0.8, 0.6, 0.05], "cls_only": [0.05, 0.3, 0.7, 0.9]}
SHARES = {"habitat": {"full": 0.8, "foreground": 0.6, "background": 0.4, "scene": 0.3}}


def tables() -> dict[str, pd.DataFrame]:
    return {
        "last_layer": made.last_layer("mini-vit", CURVES | {"patch": [0.1, 0.2, 0.5, 0.7]}),
        "masked": made.masked("mini-vit", SHARES)[0],
        "low_pass": made.low_pass("mini-vit", side=64, half=8)[0],
    }


def finished(folder: Path, found: dict[str, pd.DataFrame]) -> Finished:
    paths = []
    for kind, table in found.items():
        path = folder / "results/demo/analysis/features" / kind / "mini-vit.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(path)
        paths.append(path)
    return Finished(tuple(paths))


def changed(table: pd.DataFrame, by: float, **where: object) -> pd.DataFrame:
    """The table with other values in some rows; counts follow."""
    rows = pd.Series(True, table.index)
    for column, value in where.items():
        rows &= table[column] == value
    assert rows.any()
    found = table.copy()
    found.loc[rows, "value"] += by
    if "hits" in found:
        found.loc[rows, "hits"] += round(1000 * by)
    return found


def test_all_hold_of_sound_tables(tmp_path: Path) -> None:
    sound = finished(tmp_path, tables())
    for name, found in BY_NAME.items():
        checked = check(found, sound)
        assert checked is not None and checked.held, name


BROKEN: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "nothing kept apart, nothing lost": (
        "last_layer",
        lambda table: changed(table, -0.01, quantity="isolating_cls", layer=0),
    ),
    "one answer for all pictures": (
        "last_layer",
        lambda table: changed(table, 0.04, quantity="cls_only", layer=0),
    ),
    "the average is that of the patches": (
        "last_layer",
        lambda table: changed(table, 0.01, quantity="patch_average", layer=2),
    ),
    "normalised is relative to full": ("masked", lambda table: changed(table, 1.0, measure="normalised_top5")),
    "the first answer is among five": ("masked", lambda table: changed(table, 0.1, measure="top1", shown="scene")),
    "all frequencies are the picture": (
        "low_pass",
        lambda table: changed(table, -0.01, measure="top5", filter="none"),
    ),
    "areas are those of the curves": (
        "low_pass",
        lambda table: changed(table, 0.01, measure="area", filter="gaussian"),
    ),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_each_sees_what_is_wrong(tmp_path: Path, name: str) -> None:
    kind, damage = BROKEN[name]
    found = tables()
    checked = check(BY_NAME[name], finished(tmp_path, found | {kind: damage(found[kind])}))
    assert checked is not None and not checked.held


def test_networks_without_class_tokens_are_passed_over(tmp_path: Path) -> None:
    pooled = made.last_layer("mini-swin", {"natural": [0.9], "patch": [0.5, 0.7]})
    alone = finished(tmp_path, {"last_layer": pooled})
    assert check(BY_NAME["nothing kept apart, nothing lost"], alone) is None
    assert check(BY_NAME["one answer for all pictures"], alone) is None
