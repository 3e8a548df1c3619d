"""Generalisation of models by how far they keep shape and colour apart (figure 6): one panel per task.

A model's place along x is the success of interchange interventions in the best layer, the mean of shape's and colour's;
along y stand its accuracies on seen combinations, on unseen ones, and on shapes and colours that were never trained on.
Models at chance, and those in which nothing was searched for, have no place along x: a line in the panel names them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, QUIET, fitted, new_figure, panel_title, wrapped
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec
from vitatlas.relations.chance import PART
from vitatlas.relations.figures.disentanglement_points import CORRELATION, LEAST_POINTS, NO_SEARCH, POINT, values
from vitatlas.relations.figures.note import note_above

__all__ = ["draw", "values"]

MARKERS: list[dict[str, Any]] = [{"marker": sign, "ms": 7 if sign == "*" else 4.5} for sign in "osD^v*ph<>"]
HEIGHTS, KEY_HEIGHT = (2.2, 0.8), 0.55  # inches
LOWEST = 0.45  # of the axis of accuracy: a little below chance


@dataclass(frozen=True)
class Split:
    """One series of points: a split of the 32 setting, its title, long and short, and how it looks."""

    name: str
    title: str
    short: str
    look: dict[str, Any]


SPLITS = (
    Split("test_iid", "seen combinations", "seen", {"color": "blue-hue", "ls": "-"}),
    Split("test", "unseen combinations", "unseen", {"color": "orange-hue", "ls": (0, (4, 1.5))}),
    Split("ood_shape_color", "new shapes and colours", "new", {"color": "violet-hue", "ls": (0, (1, 1.2))}),
)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    tasks = list(dict.fromkeys(panel.task for panel in spec.panels if panel.task))
    titles = {panel.model: panel.title for panel in spec.panels}
    markers = dict(zip(titles, MARKERS, strict=False))
    figure = new_figure(COLUMN, sum(HEIGHTS) + KEY_HEIGHT, note_above(values, spec))
    grid = figure.subplots(2, len(tasks), squeeze=False, sharey="row", height_ratios=HEIGHTS)
    for axes in grid[1]:
        axes.set_axis_off()
    for index, task in enumerate(tasks):
        rows = values[values["task"] == task]
        points = rows[rows["part"] == POINT]
        _chart(grid[0, index], points, markers)
        left_out = "\n".join(_left_out(rows, titles))
        grid[0, index].text(0.02, 0.02, left_out, transform=grid[0, index].transAxes, fontsize=fitted(7), color=QUIET)
        _correlations(grid[1, index], rows[rows["part"] == CORRELATION])
        panel_title(grid[0, index], TASK_TITLES[task], index if len(tasks) > 1 else None)
    grid[0, 0].set_ylabel("Accuracy")
    grid[0, 0].set_ylim(LOWEST, 1.03)
    shown = set(values.loc[values["part"] == POINT, "model"])
    _key(figure, {model: title for model, title in titles.items() if model in shown}, markers)
    return figure


def _chart(axes: Axes, points: pd.DataFrame, markers: dict[str, dict[str, Any]]) -> None:
    for split in SPLITS:
        series = points[points["split"] == split.name].sort_values("x")
        axes.plot(series["x"], series["y"], lw=0.8, zorder=2, **split.look)
        for row in series.to_dict("records"):
            look = {"color": split.look["color"], "mec": "page", "mew": 0.4, **markers[row["model"]]}
            axes.errorbar(row["x"], row["y"], xerr=row["x_sd"], yerr=row["y_sd"], elinewidth=0.7, zorder=3, **look)
    axes.set_xlim(-0.03, 1.03)
    where = " or ".join(dict.fromkeys(points["layers"]))
    axes.set_xlabel(wrapped(f"Success of interventions, {where}" if where else "Success of interventions", 40))
    axes.grid(color="grey-92", lw=0.5)
    axes.set_axisbelow(True)


def _left_out(rows: pd.DataFrame, titles: dict[str, str]) -> list[str]:
    """Which models of a task have no points, by reason."""
    names = rows["model"].map(titles)
    return [
        wrapped(f"{part}: {', '.join(names[rows['part'] == part])}", 38)
        for part in (PART, NO_SEARCH)
        if (rows["part"] == part).any()
    ]


def _correlations(axes: Axes, found: pd.DataFrame) -> None:
    """Pearson's r of every series, in small letters: a row per split, a column per choice of models."""

    def write(column: int, row: int, text: str, **look: Any) -> None:
        axes.text((0.0, 0.3, 0.7)[column], 1 - 0.24 * row, text, fontsize=fitted(7), va="top", **look)

    for row, split in enumerate(SPLITS, 2):
        write(0, row, split.short, color=split.look["color"])
    write(0, 0, "Pearson's r\n[95 % CI]", color=QUIET, linespacing=0.95)
    for column, (models, group) in enumerate(found.groupby("models", sort=False), 1):
        title = "all models" if models == "all" else "without from scratch"
        write(column, 0, f"{title}\nn = {int(group['n'].iloc[0])}", color=QUIET, linespacing=0.95)
        for row, split in enumerate(SPLITS, 2):
            cell = group[group["split"] == split.name].iloc[0]
            write(column, row, _number(cell), color=split.look["color"])


def _number(row: pd.Series) -> str:
    if row["n"] < LEAST_POINTS:
        return f"not attempted: n < {LEAST_POINTS}"
    if math.isnan(row["r"]):
        return "not defined"
    interval = f"[{row['low']:.2f}, {row['high']:.2f}]" if not math.isnan(row["low"]) else "[none: |r| = 1]"
    return f"{row['r']:.2f} {interval}".replace("-", "−")


def _key(figure: Figure, titles: dict[str, str], markers: dict[str, dict[str, Any]]) -> None:
    models = [Line2D([], [], ls="", color="grey-30", label=titles[name], **markers[name]) for name in titles]
    splits = [Line2D([], [], lw=1.2, label=split.title, **split.look) for split in SPLITS]
    figure.legend(handles=splits + models, loc="outside lower center", ncols=3, handlelength=2, labelspacing=0.25)
