"""Accuracy of the worst group with more and more components at their means, by how components are chosen."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.removal.groups import WORST

COLUMNS = ["model", "title", "control", "k", "reported", "value", "sd", "heads", "draws", "runs", "n"]
LOOKS: dict[str, dict[str, Any]] = {
    "chosen": {"color": "blue-hue", "ls": "-", "label": "cue minus core"},
    "random": {"color": "grey-45", "ls": (0, (4, 1.5)), "label": "random"},
    "lowest": {"color": "green-hue", "ls": (0, (1, 1)), "label": "least of the cue"},
    "core": {"color": "orange-hue", "ls": (0, (3, 1, 1, 1)), "label": "core minus cue"},
}
NOTHING = "none"
ACROSS = 3
ROW, AROUND = 1.65, 0.75  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of removal.

    Returns:
        `COLUMNS`, one row per model, control and number of components k: the mean over runs and heads (and draws) of
        the worst group's accuracy, with the standard deviation over runs and heads. Every control begins with k = 0.

    Raises:
        UserError: A model has no numbers of a control.
    """
    parts = []
    for model, title in {panel.model: panel.title for panel in spec.panels}.items():
        worst = rows_where(table, {"model": model, "group": WORST})
        before = rows_where(worst, {"control": NOTHING})
        for control in LOOKS:
            rows = pd.concat([before.assign(reported=False), rows_where(worst, {"control": control})])
            parts.append(_over_heads(rows).assign(model=model, title=title, control=control))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _over_heads(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per number of components."""
    of_head = rows.groupby(["k", "reported", "run", "head"], sort=False)
    means = of_head.agg(value=("value", "mean"), draws=("draw", "nunique"), n=("n", "min")).reset_index()
    found = means.groupby(["k", "reported"], sort=False)
    counts = {"runs": ("run", "nunique"), "heads": ("head", "nunique"), "draws": ("draws", "min"), "n": ("n", "min")}
    numbers: dict[str, Any] = {"value": ("value", "mean"), "sd": ("value", "std"), **counts}
    return found.agg(**numbers).reset_index()


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    rows = -(-len(titles) // ACROSS)
    figure = new_figure(COLUMN, AROUND + ROW * rows, spec.tier_note)
    grid = figure.subplots(rows, ACROSS, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(titles) :]:
        axes.set_axis_off()
    for index, (axes, title) in enumerate(zip(grid.flat, titles, strict=False)):
        _panel(axes, values[values["title"] == title])
        panel_title(axes, title, index)
        if index + ACROSS >= len(titles):
            axes.set_xlabel("Components at their means")
            axes.tick_params(labelbottom=True)
    for axes in grid[:, 0]:
        axes.set_ylabel("Worst group")
    grid[0, 0].set_ylim(0, 1.03)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(LOOKS))
    return figure


def _panel(axes: Axes, values: pd.DataFrame) -> None:
    for control, look in LOOKS.items():
        curve = values[values["control"] == control]
        axes.plot(curve["k"], curve["value"], lw=1.3, **look)
        low, high = curve["value"] - curve["sd"], curve["value"] + curve["sd"]
        axes.fill_between(curve["k"], low, high, color=look["color"], alpha=0.15, lw=0)
    shown = values.loc[values["reported"].astype(bool), "k"]
    axes.axvline(shown.iloc[0], color="grey-70", lw=0.7, ls=":", zorder=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
