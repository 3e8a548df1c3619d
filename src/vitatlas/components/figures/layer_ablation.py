"""Top-1 with more and more layers at their means (figure 2).

(a) From the last layer on, by the number of layers; open circles where all layers of a block are at their means.
(b) The same by the share of layers, since depths differ. (c) From the first layer on.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.components.ablation.starts import FIRST, LAST
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.statistics.intervals import wilson

COLUMNS = ["model", "title", "untrained", "start", "step", "layers", "share", "name", "ends"]
COLUMNS += ["value", "low", "high", "runs", "n", "chance"]
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": "blue-hue", "ls": "-"},
    {"color": "orange-hue", "ls": "-"},
    {"color": "green-hue", "ls": (0, (5, 1.2))},
    {"color": "plum-hue", "ls": (0, (5, 1.2))},
    {"color": "violet-hue", "ls": (0, (1, 1))},
    {"color": "pine-hue", "ls": (0, (1, 1))},
)
UNTRAINED: dict[str, Any] = {"color": "grey-45", "ls": (0, (3, 1, 1, 1))}
CHANCE: dict[str, Any] = {"color": "grey-60", "lw": 0.8, "ls": ":", "zorder": 1}
HEIGHT = 4.6  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of ablated layers.

    Returns:
        `COLUMNS`, one row per model, order and step: the mean over runs of top-1, and the bounds of its 95 % interval
        as a share of n pictures. `share` is that of the layers at their means among all.

    Raises:
        UserError: A model has no rows.
    """
    parts = []
    for panel in {panel.model: panel for panel in spec.panels}.values():
        rows = _over_runs(rows_where(table, {"model": panel.model}))
        rows["share"] = rows["layers"] / rows["layers"].max()
        parts.append(rows.assign(model=panel.model, title=panel.title, untrained=panel.untrained))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _over_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per order and step."""
    steps = rows.groupby(["start", "step", "layers", "name", "ends"], sort=False)
    found = steps.agg(value=("value", "mean"), runs=("run", "nunique"), n=("n", "min"), chance=("chance", "mean"))
    bounds = [wilson(share, count) for share, count in zip(found["value"], found["n"], strict=True)]
    found[["low", "high"]] = bounds
    return found.reset_index()


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    figure = new_figure(COLUMN, HEIGHT, spec.tier_note)
    grid = figure.subplot_mosaic([["layers", "layers"], ["share", "first"]], height_ratios=[1.25, 1])
    last, first = (values[values["start"] == start] for start in (LAST, FIRST))
    _curves(grid["layers"], last, "layers", circles=True)
    _curves(grid["share"], last, "share", circles=False)
    _curves(grid["first"], first, "share", circles=False)
    titles = {"layers": "From the last layer on", "share": "The same, by share", "first": "From the first layer on"}
    for index, (name, title) in enumerate(titles.items()):
        panel_title(grid[name], title, index)
        grid[name].set_xlabel("Layers at their means" if name == "layers" else "Share of layers at their means")
        grid[name].set_ylim(0, 1.03)
    for name in ("layers", "share"):
        grid[name].set_ylabel("Top-1")
    grid["first"].tick_params(labelleft=False)
    handles, labels = grid["layers"].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _curves(axes: Axes, values: pd.DataFrame, x: str, *, circles: bool) -> None:
    looks = cycle(LOOKS)
    for title, curve in values.groupby("title", sort=False):
        untrained = bool(curve["untrained"].iloc[0])
        look = UNTRAINED if untrained else next(looks)
        axes.plot(curve[x], curve["value"], label=str(title), lw=1.2, **look)
        if circles:
            ends = curve[curve["ends"].astype(bool)]
            axes.plot(ends[x], ends["value"], "o", ls="none", ms=4, mfc="page", mew=0.9, color=look["color"], zorder=3)
    if circles:
        axes.plot([], [], "o", ls="none", ms=4, mfc="page", mew=0.9, color="grey-30", label="a block ends")
    axes.axhline(values["chance"].mean(), **CHANCE, label="chance")
