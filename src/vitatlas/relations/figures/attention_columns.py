"""The numbers of one column of the figures of attention: heat-map, lines and stars of one model on one task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vitatlas.relations.artifacts import PanelSpec
from vitatlas.relations.attention.scores import peaks, per_layer
from vitatlas.relations.figures.heads import GLOBAL, LOCAL
from vitatlas.relations.figures.note import SHARED, shared_below, without_shared_spread
from vitatlas.relations.rows import rows_of

PLACE = ["panel", "model", "task", "setting", "part", "quantity", "pairs", "layer", "head"]
COLUMNS = [*PLACE, "value", "sd", "runs", SHARED]
WHOLE = {"layer": "Int64", "head": "Int64"}


@dataclass(frozen=True)
class Curve:
    """One line of the chart: what it shows and how it is told from the others, in color and in black and white."""

    quantity: str
    pairs: str
    label: str
    look: dict[str, Any]


CURVES = (
    Curve("WO", "all", "within object (WO)", {"color": LOCAL, "ls": "-"}),
    Curve("WP", "all", "within pair (WP)", {"color": GLOBAL, "ls": "-"}),
    Curve("BP", "all", "between pairs (BP)", {"color": GLOBAL, "ls": ":"}),
    Curve("BG", "all", "background (BG)", {"color": GLOBAL, "ls": "--"}),
)
_THIN = {"color": LOCAL, "lw": 0.7, "ms": 3, "mew": 0.7}
DETAILS = (
    Curve("WO_direct", "all", "WO, direct", {**_THIN, "ls": "-."}),
    Curve("WO", "same-color", "WO, same colour", {**_THIN, "marker": "o", "mfc": "page"}),
    Curve("WO", "different-color", "WO, different colours", {**_THIN, "marker": "x"}),
)


def attention_rows(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """The panel's rows of attention, among those of other analyses.

    Raises:
        UserError: There are none.
    """
    rows = rows_of(table, panel)
    return rows[rows["pairs"].notna()].astype({"layer": int, "head": int})


def column_values(rows: pd.DataFrame, curves: Sequence[Curve], first_layer: int, low: pd.DataFrame) -> pd.DataFrame:
    """The numbers of one column, heat-map, lines and stars, from all runs of one model on one task.

    Args:
        rows: Of attention.
        curves: The lines.
        first_layer: The first one that may have a star.
        low: The row that says that the model is at chance, and then has no stars; else none.
    """
    drawn = [cells(rows), low]
    for curve in curves:
        line = _line(rows, curve)
        if line.empty:
            continue
        drawn.append(line.assign(part="line"))
        if curve in CURVES and low.empty:
            drawn.append(peaks(line, first_layer).assign(part="star"))
    return without_shared_spread(pd.concat(drawn, ignore_index=True), shared_below(rows))


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The heat-map of one panel: global-ness of each layer and head, mean over runs."""
    chosen = rows[(rows["quantity"] == "global") & (rows["pairs"] == "all")]
    return over_runs(chosen, ["quantity", "pairs", "layer", "head"]).assign(part="heat-map")


def _line(rows: pd.DataFrame, curve: Curve) -> pd.DataFrame:
    chosen = rows[(rows["quantity"] == curve.quantity) & (rows["pairs"] == curve.pairs)]
    best = per_layer(chosen, curve.pairs).assign(pairs=curve.pairs)
    return over_runs(best, ["quantity", "pairs", "layer"])


def over_runs(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mean, standard deviation and number of runs of `value`, per group of `keys`."""
    return rows.groupby(keys)["value"].agg(value="mean", sd="std", runs="count").reset_index()
