"""Measures of visualisations as figures show them, and charts of them: a row per group, a dot and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from vitatlas.artifacts.panels import rows_where

MEASURES = ["value", "low", "high", "sd", "runs", "n"]
LABELS = {
    "activation": "activation, in sd\nof natural scores",
    "high_frequency": "share of high\nfrequencies",
    "agreement": "replicates agree\n(others: 0)",
    "natural": "agrees with natural\ntop pictures (others: 0)",
    "told_apart": "early and deep\ntold apart",
}
"""Quantities as axes name them."""

TICKS = {"activation": (0, 1, 3, 10, 30)}
HALVES = (0, 0.5, 1)
"""The ticks of quantities that are not in `TICKS`. The axis reaches from the first to the last, and to all values."""

LOGARITHMIC = ("activation",)
"""Quantities with a few values far beyond the others: linear up to the second tick, logarithmic beyond."""

CHANCE = {"agreement": 0.0, "natural": 0.0, "told_apart": 0.5}


def measured(table: pd.DataFrame, model: str, quantities: Sequence[str], by: Sequence[str]) -> pd.DataFrame:
    """Means over runs: `by`, quantity, `MEASURES` (sd over runs; low and high are means of bounds).

    Args:
        table: Rows of analyses `quality_…`, others may be among them.
        model: Whose.
        quantities: Which.
        by: The columns that tell rows apart, beside the quantity.

    Raises:
        UserError: There are none.
    """
    rows = rows_where(table, {"model": model})
    rows = rows[rows["quantity"].isin(quantities)]
    grouped = rows.groupby([*by, "quantity"], sort=False, dropna=False)
    found = grouped.agg(
        value=("value", "mean"),
        low=("low", "mean"),
        high=("high", "mean"),
        sd=("value", "std"),
        runs=("run", "nunique"),
        n=("n", "min"),
    )
    return found.reset_index()


def dot(axes: Axes, row: Any, place: float, **look: Any) -> None:
    """A measure and its interval at a height."""
    color = look.get("color", "blue-hue")
    axes.plot([row["low"], row["high"]], [place, place], color=color, lw=0.9, zorder=2)
    axes.plot(row["value"], place, "o", **{"ms": 4.5, "mew": 0.9, "color": color, "zorder": 3, **look})


def axis_of(axes: Axes, quantity: str) -> None:
    """The axis of a quantity, after its values are drawn, with a line at what chance or no effect gives."""
    ticks = TICKS.get(quantity, HALVES)
    axes.set_xlabel(LABELS[quantity])
    if quantity in LOGARITHMIC:
        axes.set_xscale("symlog", linthresh=ticks[1])
        axes.minorticks_off()
    low, high = axes.get_xlim()
    axes.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axes.set_xlim(min(low, ticks[0] - 0.05), max(high, 1.05 * ticks[-1]))
    if quantity in CHANCE:
        axes.axvline(CHANCE[quantity], color="grey-60", lw=0.7, ls=":", zorder=0)
    axes.grid(axis="x", color="grey-90", lw=0.5)


def down(axes: Axes, labels: Sequence[str]) -> None:
    """Rows from above to below, with their labels."""
    axes.set_yticks(range(len(labels)), labels=list(labels))
    axes.set_ylim(len(labels) - 0.4, -0.6)
