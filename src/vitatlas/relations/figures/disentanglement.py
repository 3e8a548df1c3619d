"""Generalisation of models by how far they keep shape and colour apart (figure 6): one panel per task.

A model's place along x is the success of interchange interventions in the best layer, the mean of shape's and colour's;
along y stand its accuracies on seen combinations, on unseen ones, and on shapes and colours that were never trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import QUIET, fitted, new_figure, panel_title, wrapped
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.relations.das.reduce import together
from vitatlas.relations.figures import das_rows
from vitatlas.relations.figures.das import ANALYSIS
from vitatlas.relations.figures.das_axes import LEGEND
from vitatlas.relations.figures.das_rows import PROPERTIES
from vitatlas.relations.rows import rows_of
from vitatlas.statistics.correlation import correlation

PLACE = ["part", "model", "task", "setting", "split", "models"]
NUMBERS = ["x", "x_sd", "y", "y_sd", "runs", "r", "low", "high", "n"]
MARKERS: list[dict[str, Any]] = [{"marker": sign, "ms": 7 if sign == "*" else 4.5} for sign in "osD^v*ph<>"]
CHECKPOINT = "best"  # of a fine-tuning run, the weights that every analysis reads
WIDTH, KEY_WIDTH = 2.6, 1.5  # inches
HEIGHTS = (2.2, 0.8)


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


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of interventions and of behaviour.

    Returns:
        Columns part, model, task, setting, split, models, x, x_sd, y, y_sd, runs, r, low, high, n. Part `point`: one
        model and split, means and standard deviations (missing for one run) over runs of what each run's model
        reaches. Part `correlation`: Pearson's r over the points of a task and split, its 95 % interval by Fisher's z
        (missing below four points), and n points, for `models` "all" and "pretrained", that is without those trained
        from scratch.

    Raises:
        UserError: A model lacks rows of either analysis, the two were made of different runs, or a subspace's success
            is no number.
    """
    points = pd.concat([_points(table, panel, spec) for panel in spec.panels], ignore_index=True)
    scratch = {panel.model for panel in spec.panels if not panel.pretrained}
    rows = []
    for (task, split), group in points.groupby(["task", "split"], sort=False):
        chosen = {"all": group, "pretrained": group[~group["model"].isin(scratch)]}
        for models, these in chosen.items():
            if models == "all" or len(these) < len(group):
                r, low, high = correlation(these["x"], these["y"])
                numbers = {"r": r, "low": low, "high": high, "n": len(these)}
                rows.append({"task": task, "split": split, "models": models, **numbers})
    both = pd.concat([points.assign(part="point"), pd.DataFrame(rows).assign(part="correlation")], ignore_index=True)
    return both.reindex(columns=[*PLACE, *NUMBERS])


def _points(table: pd.DataFrame, panel: PanelSpec, spec: ArtifactSpec) -> pd.DataFrame:
    """x and y of one model on one task, per split (as it is called, not as `spec.measured`)."""
    x = _success(table, panel)
    rows = rows_of(table, panel)
    rows = rows[(rows["metric"] == "accuracy") & (rows["checkpoint"] == CHECKPOINT)].astype({"run": int})
    splits = [spec.measured(split.name) for split in SPLITS]
    das_rows.require(rows, {"run": list(x.index), "split": splits}, panel, "behaviour")
    points = []
    for split, measured in zip(SPLITS, splits, strict=True):
        y = rows[rows["split"] == measured].set_index("run")["value"].loc[x.index]
        numbers = {"x": x.mean(), "x_sd": x.std(), "y": y.mean(), "y_sd": y.std(), "runs": len(x)}
        points.append({"model": panel.model, "split": split.name, **numbers})
    return pd.DataFrame(points).assign(task=panel.task, setting=panel.setting)


def _success(table: pd.DataFrame, panel: PanelSpec) -> pd.Series:
    """By run, the mean over shape and colour of the success in the layer where it is highest."""
    rows = das_rows.measured(table, panel, "control", ANALYSIS)
    rows = rows[rows["control"] == "none"]
    wanted = {"run": sorted(set(rows["run"])), "layer": sorted(set(rows["layer"])), "property": PROPERTIES}
    das_rows.require(rows, {**wanted, "direction": das_rows.DIRECTIONS}, panel, ANALYSIS)
    cells = together(rows, list(wanted))
    if cells["accuracy"].isna().any():
        raise UserError(
            f"the success of an intervention in '{panel.model}' on '{panel.task}' is no number",
            remedy="look at the column `warning` of its table of interventions",
        )
    return cells.groupby(["run", "property"])["accuracy"].max().groupby("run").mean()


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    tasks = list(dict.fromkeys(panel.task for panel in spec.panels if panel.task))
    titles = {panel.model: panel.title for panel in spec.panels}
    markers = dict(zip(titles, MARKERS, strict=False))
    figure = new_figure(WIDTH * len(tasks) + KEY_WIDTH, sum(HEIGHTS), spec.tier_note)
    shape = {"width_ratios": [*[WIDTH] * len(tasks), KEY_WIDTH], "height_ratios": HEIGHTS}
    grid = figure.subplots(2, len(tasks) + 1, squeeze=False, sharey="row", gridspec_kw=shape)
    for axes in [*grid[1], grid[0, -1]]:
        axes.set_axis_off()
    for index, task in enumerate(tasks):
        rows = values[values["task"] == task]
        _chart(grid[0, index], rows[rows["part"] == "point"], markers)
        _correlations(grid[1, index], rows[rows["part"] == "correlation"])
        panel_title(grid[0, index], TASK_TITLES[task], index if len(tasks) > 1 else None)
    grid[0, 0].set_ylabel("Accuracy")
    lowest = (values["y"] - values["y_sd"].fillna(0)).min()
    grid[0, 0].set_ylim(min(0.45, lowest - 0.03), 1.03)
    _key(grid[0, -1], titles, markers)
    return figure


def _chart(axes: Axes, points: pd.DataFrame, markers: dict[str, dict[str, Any]]) -> None:
    for split in SPLITS:
        series = points[points["split"] == split.name].sort_values("x")
        axes.plot(series["x"], series["y"], lw=0.8, zorder=2, **split.look)
        for row in series.to_dict("records"):
            look = {"color": split.look["color"], "mec": "page", "mew": 0.4, **markers[row["model"]]}
            axes.errorbar(row["x"], row["y"], xerr=row["x_sd"], yerr=row["y_sd"], elinewidth=0.7, zorder=3, **look)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(wrapped("Success of interventions, best layer", 40))
    axes.grid(color="grey-92", lw=0.5)
    axes.set_axisbelow(True)


def _correlations(axes: Axes, found: pd.DataFrame) -> None:
    """Pearson's r of every series, in small letters: a row per split, a column per choice of models."""

    def write(column: int, row: int, text: str, **look: Any) -> None:
        axes.text((0.0, 0.24, 0.63)[column], 1 - 0.24 * row, text, fontsize=fitted(6), va="top", **look)

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
    if np.isnan(row["r"]):
        return "not defined"
    interval = f"[{row['low']:.2f}, {row['high']:.2f}]" if not np.isnan(row["low"]) else "[none: n < 4]"
    return f"{row['r']:.2f} {interval}".replace("-", "−")


def _key(axes: Axes, titles: dict[str, str], markers: dict[str, dict[str, Any]]) -> None:
    models = [Line2D([], [], ls="", color="grey-30", label=titles[name], **markers[name]) for name in titles]
    splits = [Line2D([], [], lw=1.2, label=split.title, **split.look) for split in SPLITS]
    axes.legend(handles=splits + models, **LEGEND | {"handlelength": 2})
