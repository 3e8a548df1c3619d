"""Accuracies as dots, one panel per task and setting: the tables of accuracy at a glance, for the tutorial."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title, wrapped
from vitatlas.relations.artifacts import TASK_TITLES, Task
from vitatlas.relations.figures.das_axes import CHANCE

# By column: Okabe and Ito's colors, which readers who see few colors can tell apart; shapes differ too.
LOOKS: dict[str, dict[str, Any]] = {
    "Train": {"color": "plum-hue", "marker": "D"},
    "Test": {"color": "blue-hue", "marker": "o"},
    "Compositional": {"color": "rust-hue", "marker": "s"},
    "OOD both": {"color": "green-hue", "marker": "^"},
}
DOT: dict[str, Any] = {"ls": "", "ms": 4, "mec": "page", "mew": 0.4, "elinewidth": 0.7, "capsize": 1.5}
WIDEST, NAMES, ROW, APART = 1.45, 1.3, 0.36, 0.17  # inches of a panel, of the names and of a row; rows between dots


def draw(values: pd.DataFrame, rows: str, columns: list[str], note: str | None) -> Figure:
    """The figure.

    Args:
        values: As a family of tables returns them: task, setting, column, accuracy and sd (per cent), and `rows`.
        rows: The column of `values` whose names stand along the y axis.
        columns: Which of the tables' columns are shown, of those in `LOOKS`.
        note: What readers must know.
    """
    names = list(dict.fromkeys(values[rows]))
    panels = list(values.groupby(["task", "setting"], sort=False))
    width = min(WIDEST, (COLUMN - NAMES) / len(panels))
    figure = new_figure(NAMES + width * len(panels), 0.95 + ROW * len(names), note)
    grid = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for index, (axes, ((task, setting), shown)) in enumerate(zip(grid, panels, strict=True)):
        _panel(axes, shown.assign(place=shown[rows].map(names.index)), columns)
        title = wrapped(f"{TASK_TITLES[cast(Task, task)]}, {setting}", 13 * width)
        panel_title(axes, title, index if len(panels) > 1 else None)
    grid[0].set_yticks(range(len(names)), labels=names)
    grid[0].set_ylim(len(names) - 0.5, -0.5)
    drawn = {label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    handles = [drawn[label] for label in (*columns, "chance") if label in drawn]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), handletextpad=0.3)
    return figure


def _panel(axes: Axes, shown: pd.DataFrame, columns: list[str]) -> None:
    for number, column in enumerate(columns):
        dots = shown[shown["column"] == column]
        if not dots.empty:
            y = dots["place"] + APART * (number - (len(columns) - 1) / 2)
            axes.errorbar(dots["accuracy"], y, xerr=dots["sd"], label=column, **DOT, **LOOKS[column])
    axes.axvline(50, label="chance", zorder=0, **CHANCE)
    axes.set(xlim=(38, 103), xlabel="accuracy, %")
    axes.set_xticks([50, 75, 100])
    axes.grid(axis="y", color="grey-90", lw=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
