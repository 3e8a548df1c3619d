"""Whether made pictures take the paths of natural ones through a network (after Geirhos et al. 2023).

Above, how alike pictures are in each layer up to their unit's own, of units of the later layers; below, made pictures
on a scale from natural pictures of different units to those of one unit, of units of either half.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.networks import distinct
from vitatlas.features.path_similarity.names import (
    COMPARED,
    FIRST,
    MADE,
    MADE_OTHERS,
    NATURAL,
    NATURAL_OTHERS,
    NORMALISED,
    SECOND,
)

COLUMNS = ["model", "title", "half", "at", "quantity", "value", "low", "high", "n", "units", "runs"]

DASHES = (0, (4, 1.5))
LOOKS: dict[str, dict[str, Any]] = {
    NATURAL: {"color": "orange-hue", "marker": "s", "ls": "-", "label": "natural, same unit"},
    NATURAL_OTHERS: {"color": "orange-hue", "marker": "s", "ls": DASHES, "label": "natural, other units"},
    MADE: {"color": "blue-hue", "marker": "o", "ls": "-", "label": "made, same unit"},
    MADE_OTHERS: {"color": "blue-hue", "marker": "o", "ls": DASHES, "label": "made, other units"},
}
OF_HALVES: dict[str, dict[str, Any]] = {
    SECOND: {"color": "violet-hue", "marker": "D", "ls": "-", "label": "units of later layers"},
    FIRST: {"color": "green-hue", "marker": "^", "ls": DASHES, "label": "units of earlier layers"},
}
ASIDE = 0.07
"""Layers by which a line is drawn aside, so that intervals do not cover each other."""

MARKS: dict[str, Any] = {"ms": 3.5, "lw": 1.2, "mew": 0.9}
LINE: dict[str, Any] = {"color": "grey-60", "lw": 0.8, "ls": (0, (1, 1.2)), "zorder": 1}
HEIGHT = 4.1  # inches
ACROSS = {COMPARED: (-0.3, 1.02), (NORMALISED,): (-0.5, 1.5)}
"""The least range of an axis; values beyond widen it, intervals may leave it."""


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of path similarity.

    Returns:
        `COLUMNS`, a row per network, half of the layers that units are in, layer looked at (`at`) and quantity: means
        over n units and over runs, with bounds of 95 % intervals over units, of `units` in all that the half has. Of
        units of earlier layers the normalised value alone.

    Raises:
        UserError: A network has no rows.
    """
    parts = []
    for panel in distinct(spec.panels):
        rows = rows_where(table, {"model": panel.model})
        rows = rows[(rows["half"] == SECOND) | (rows["quantity"] == NORMALISED)]
        grouped = rows.groupby(["half", "at", "quantity"], sort=False)
        found = grouped.agg(
            value=("value", "mean"),
            low=("low", "mean"),
            high=("high", "mean"),
            n=("n", "min"),
            units=("units", "max"),
            runs=("run", "nunique"),
        ).reset_index()
        parts.append(found.assign(model=panel.model, title=panel.title))
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype({"at": int})


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    figure = new_figure(COLUMN, HEIGHT, spec.tier_note)
    titles = list(values["title"].unique())
    grid = figure.subplots(2, len(titles), sharey="row", squeeze=False)
    for column, title in enumerate(titles):
        rows = values[values["title"] == title]
        above, below = grid[:, column]
        for name, look in LOOKS.items():
            aside = ASIDE if name in (MADE, MADE_OTHERS) else -ASIDE
            _curve(above, rows[(rows["quantity"] == name) & (rows["half"] == SECOND)], look, aside)
        for half, look in OF_HALVES.items():
            aside = ASIDE if half == SECOND else -ASIDE
            _curve(below, rows[(rows["quantity"] == NORMALISED) & (rows["half"] == half)], look, aside)
        panel_title(above, title, column)
        panel_title(below, title, len(titles) + column)
        _axis(above, rows, [0])
        _axis(below, rows, [0, 1])
        below.set_xlabel("Layer looked at")
    for axes, (quantities, least) in zip(grid[:, 0], ACROSS.items(), strict=True):
        known = values.loc[values["quantity"].isin(quantities), "value"]
        axes.set_ylim(min(least[0], known.min() - 0.05), max(least[1], known.max() + 0.05))
    grid[0, 0].set_ylabel("Likeness of pictures (Pearson)")
    grid[1, 0].set_ylabel("Made pictures, normalised")
    _legend(figure)
    return figure


def _curve(axes: Axes, rows: pd.DataFrame, look: dict[str, Any], aside: float) -> None:
    """A line with intervals; hollow marks where not all units reach so deep."""
    rows = rows.sort_values("at").assign(at=rows["at"] + aside)
    color, label = look["color"], "_nolegend_"
    axes.vlines(rows["at"], rows["low"], rows["high"], color=color, lw=0.8, zorder=2)
    axes.plot(rows["at"], rows["value"], zorder=3, **{**MARKS, **look, "marker": "", "label": label})
    for some, fill in ((rows["n"] == rows["units"], color), (rows["n"] < rows["units"], "page")):
        marks = {**MARKS, **look, "ls": "none", "mfc": fill, "label": label}
        axes.plot(rows.loc[some, "at"], rows.loc[some, "value"], zorder=4, **marks)


def _axis(axes: Axes, rows: pd.DataFrame, lines: list[float]) -> None:
    for height in lines:
        axes.axhline(height, **LINE)
    last = int(rows["at"].max())
    step = 1 if last < 8 else 2 if last < 16 else 5
    axes.set(xlim=(-0.5, last + 0.5), xticks=range(0, last + 1, step))


def _legend(figure: Figure) -> None:
    """All lines, below the panels."""
    handles = [Line2D([], [], **{**MARKS, **look}) for look in (*LOOKS.values(), *OF_HALVES.values())]
    hollow = {**MARKS, "color": "ink", "marker": "o", "ls": "none", "mfc": "page"}
    handles.append(Line2D([], [], label="some of them", **hollow))
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
