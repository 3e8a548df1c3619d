"""The part of scores that stays when pictures are turned or shifted, by layer (figures 12 to 15).

Every unit on its own top picture. A panel per network: bars of scores before and after, or of the share that stays.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, layer_ticks, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.statistics.students_t import quantile

COLUMNS = ["model", "title", "motion", "layer", "what", "value", "half_width", "units", "runs"]
RATIO, OF_MEANS = "ratio", "of_means"
SHOWN = {"means": ("before", "after"), "ratio": (RATIO, OF_MEANS)}
"""By option `show`, the columns of the analysis table that are drawn."""

LOOKS: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("rotation", "before"): ("on the picture", {"color": "grey-70"}),
    ("rotation", "after"): ("on turned copies, mean", {"color": "orange-hue"}),
    ("translation", "before"): ("on the picture", {"color": "grey-70"}),
    ("translation", "after"): ("on shifted copies, mean", {"color": "blue-hue"}),
    ("rotation", RATIO): ("turned", {"color": "orange-hue"}),
    ("translation", RATIO): ("shifted", {"color": "blue-hue"}),
}
"""By motion and what is shown: the words of the legend, and how bars are drawn."""

MARKS: dict[str, Any] = {"ls": "none", "marker": "D", "ms": 3, "mfc": "page", "mec": "grey-15", "mew": 0.8, "zorder": 4}
HEIGHT = {1: 2.1, 2: 1.75}
"""Inches of a row of panels, by how many stand beside one another."""

WIDTH = 0.8  # of the place of a layer, that bars fill


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of turned and shifted pictures.

    Returns:
        `COLUMNS`, a row per model, motion, layer and thing shown: its mean over runs, and of a ratio half of its 95 %
        interval over units, from Student's t. `units`: those that it is a mean of.

    Raises:
        UserError: A model has no rows.
    """
    options = spec.typed_options
    parts = []
    for panel in {panel.model: panel for panel in spec.panels}.values():
        for motion in options.motion:
            rows = rows_where(table, {"model": panel.model, "motion": motion})
            found = [_over_runs(rows, what) for what in SHOWN[options.show]]
            parts.append(pd.concat(found).assign(model=panel.model, title=panel.title, motion=motion))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    across = min(len(titles), 2)
    down = math.ceil(len(titles) / across)
    figure = new_figure(COLUMN, HEIGHT[across] * down + 0.3, spec.tier_note)
    grid = figure.subplots(down, across, squeeze=False, sharey=True).ravel()
    for index, (axes, title) in enumerate(zip(grid, titles, strict=False)):
        rows = values[values["title"] == title]
        _bars(axes, rows)
        layer_ticks(axes, int(rows["layer"].max()) + 1)
        panel_title(axes, title, index if len(titles) > 1 else None)
    for axes in grid[len(titles) :]:
        axes.set_axis_off()
    is_share = RATIO in set(values["what"])
    grid[0].set_ylim(0, max(1.0, float(_tops(values).max()) * 1.03) if is_share else None)
    for axes in grid[::across]:
        axes.set_ylabel("Share that stays" if is_share else "Score, mean over units")
    # Bars first, then the marks on them
    named = sorted(zip(*grid[0].get_legend_handles_labels(), strict=True), key=lambda pair: isinstance(pair[0], Line2D))
    figure.legend(*zip(*named, strict=True), loc="outside lower center", ncols=len(named))
    return figure


def _tops(values: pd.DataFrame) -> pd.Series:
    return values["value"] + values["half_width"].fillna(0)


def _over_runs(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    """One row per layer: layer, what, value, half_width, units, runs."""
    has_error = what == RATIO
    freedoms = rows["n"].astype(int) - 1
    rows = rows.assign(half_width=rows["error"] * freedoms.clip(lower=1).map(lambda freedom: quantile(0.975, freedom)))
    grouped = rows.groupby("layer", sort=True)
    found = grouped.agg(
        value=(what, "mean"),
        half_width=("half_width", "mean"),
        units=("n" if has_error else "units", "min"),
        runs=("run", "nunique"),
    ).reset_index()
    return found.assign(what=what) if has_error else found.assign(what=what, half_width=np.nan)


def _bars(axes: Axes, rows: pd.DataFrame) -> None:
    """Bars side by side at every layer; ratios of means as marks on them."""
    kinds = [kind for kind in LOOKS if not _of(rows, *kind).empty]
    width = WIDTH / len(kinds)
    for place, kind in enumerate(kinds):
        some = _of(rows, *kind)
        at = some["layer"] + (place - (len(kinds) - 1) / 2) * width
        label, look = LOOKS[kind]
        axes.bar(at, some["value"], width * 0.92, label=label, **look)
        axes.errorbar(at, some["value"], some["half_width"], ls="none", ecolor="ink", elinewidth=0.8)
        marked = _of(rows, kind[0], OF_MEANS)
        if kind[1] == RATIO and not marked.empty:
            name = "ratio of the means" if place == len(kinds) - 1 else "_"
            axes.plot(marked["layer"] + (at - some["layer"]).iloc[0], marked["value"], label=name, **MARKS)


def _of(rows: pd.DataFrame, motion: str, what: str) -> pd.DataFrame:
    return rows[(rows["motion"] == motion) & (rows["what"] == what)].sort_values("layer")
