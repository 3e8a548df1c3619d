"""Local and global heads of every model (figure 20): one heat-map per model and task."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.style import COLUMN, fitted, new_figure, wrapped
from vitatlas.relations.artifacts import SEEN, TASK_TITLES, ArtifactSpec
from vitatlas.relations.attention.scores import stage_scores
from vitatlas.relations.chance import PART, chance_rows
from vitatlas.relations.figures.attention import heatmap
from vitatlas.relations.figures.attention_columns import COLUMNS, WHOLE, attention_rows, cells, over_runs
from vitatlas.relations.figures.heads import local_global_bar
from vitatlas.relations.figures.note import note_above, shared_below, without_shared_spread

CELL = 1.0  # inches, of one heat-map, or fewer
BAR = 1.0  # inches, beside them
LETTERS = 13  # of a model's name per line and inch


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of attention and of behaviour.

    Returns:
        Columns panel, model, task, setting, part (heat-map, score, at chance), quantity (global; perceptual,
        relational), pairs, layer, head, value, sd, runs, shared_below: means and standard deviations over runs. A model
        at chance has its accuracy in place of scores.

    Raises:
        UserError: A panel has no rows.
    """
    parts = []
    for index, panel in enumerate(spec.panels):
        rows, low = attention_rows(table, panel), chance_rows(table, panel, spec.measured(SEEN))
        scores = stage_scores(rows).melt(["run"], ["perceptual", "relational"], "quantity")
        means = over_runs(scores, ["quantity"]).assign(part="score", pairs="all")
        drawn = pd.concat([cells(rows), means if low.empty else low], ignore_index=True)
        drawn = without_shared_spread(drawn, shared_below(rows))
        parts.append(drawn.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting))
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype(WHOLE)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned: models as columns, tasks as rows."""
    models = list(dict.fromkeys(panel.title for panel in spec.panels))
    tasks = list(dict.fromkeys(panel.task for panel in spec.panels))
    cell = min(CELL, (COLUMN - BAR) / len(models))
    figure = new_figure(cell * len(models) + BAR, (cell + 0.45) * len(tasks) + 0.5, note_above(values, spec))
    widths = [cell] * len(models) + [BAR]
    grid = figure.subplots(len(tasks), len(models) + 1, squeeze=False, sharey="row", width_ratios=widths)
    for axes in grid.flat:
        axes.set_axis_off()
    for index, panel in enumerate(spec.panels):
        row, column = tasks.index(panel.task), models.index(panel.title)
        axes = grid[row, column]
        axes.set_axis_on()
        rows = values[values["panel"] == index]
        mesh = heatmap(axes, rows[rows["part"] == "heat-map"])
        name = f"{wrapped(panel.title, LETTERS * cell)}\n" if row == 0 else ""
        axes.set_title(f"{name}{_score(rows)}", fontsize=fitted(7), pad=2)
        if row == len(tasks) - 1:
            axes.set_xlabel("Layer")
        if column == 0:
            axes.set_ylabel(f"{TASK_TITLES[panel.task]}\nHead" if panel.task else "Head")
    local_global_bar(grid[0, -1], mesh)
    return figure


def _score(rows: pd.DataFrame) -> str:
    """The two scores of a panel, or that its model is at chance."""
    if (rows["part"] == PART).any():
        return "at chance"
    score = rows[rows["part"] == "score"].set_index("quantity")["value"]
    return f"P {score['perceptual']:.2f}\nR {score['relational']:.2f}"
