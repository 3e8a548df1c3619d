"""Local and global heads of every model (figure 20): one heat-map per model and task."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.style import fitted, new_figure
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec
from vitatlas.relations.attention.scores import stage_scores
from vitatlas.relations.figures.attention import COLUMNS, cells, heatmap, over_runs
from vitatlas.relations.figures.heads import local_global_bar
from vitatlas.relations.rows import rows_of

CELL = 1.0  # inches, of one heat-map
BAR = 0.9  # inches, beside them
LETTERS = 16  # of a model's name per line


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of attention.

    Returns:
        Columns panel, model, task, setting, part (heat-map or score), quantity (global; perceptual, relational), pairs,
        layer, head, value, sd, runs: means and standard deviations over runs.

    Raises:
        UserError: A panel has no rows.
    """
    parts = []
    for index, panel in enumerate(spec.panels):
        rows = rows_of(table, panel)
        scores = stage_scores(rows).melt(["run"], ["perceptual", "relational"], "quantity")
        drawn = pd.concat([cells(rows), over_runs(scores, ["quantity"]).assign(part="score", pairs="all")])
        parts.append(drawn.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting))
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype({"layer": "Int64", "head": "Int64"})


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned: models as columns, tasks as rows."""
    models = list(dict.fromkeys(panel.title for panel in spec.panels))
    tasks = list(dict.fromkeys(panel.task for panel in spec.panels))
    figure = new_figure(CELL * len(models) + BAR, (CELL + 0.25) * len(tasks) + 0.4, spec.tier_note)
    widths = [CELL] * len(models) + [BAR]
    grid = figure.subplots(len(tasks), len(models) + 1, squeeze=False, sharey="row", width_ratios=widths)
    for axes in grid.flat:
        axes.set_axis_off()
    for index, panel in enumerate(spec.panels):
        row, column = tasks.index(panel.task), models.index(panel.title)
        axes = grid[row, column]
        axes.set_axis_on()
        rows = values[values["panel"] == index]
        mesh = heatmap(axes, rows[rows["part"] == "heat-map"])
        score = rows[rows["part"] == "score"].set_index("quantity")["value"]
        axes.set_title(f"P {score['perceptual']:.2f}   R {score['relational']:.2f}", fontsize=fitted(6), pad=2)
        if row == 0:
            name = textwrap.fill(panel.title, LETTERS)
            axes.set_title(f"{name}\n{axes.get_title()}", fontsize=fitted(6.5))
        if row == len(tasks) - 1:
            axes.set_xlabel("Layer")
        if column == 0:
            axes.set_ylabel(f"{TASK_TITLES[panel.task]}\nHead" if panel.task else "Head")
    local_global_bar(grid[0, -1], mesh)
    return figure
