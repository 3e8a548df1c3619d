"""Attention of objects' tokens with and without auxiliary losses: one column per variant, two rows per task.

As the figures of attention: a heat-map of how global every head is, above a line chart of each layer's largest head.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title, wrapped
from vitatlas.relations.artifacts import SEEN, TASK_TITLES, ArtifactSpec
from vitatlas.relations.chance import chance_rows
from vitatlas.relations.figures.attention import chart, heatmap, legend
from vitatlas.relations.figures.attention_columns import COLUMNS, CURVES, WHOLE, attention_rows, column_values
from vitatlas.relations.figures.heads import local_global_bar
from vitatlas.relations.figures.note import note_above

WIDEST, KEY_WIDTH = 1.45, 1.4  # inches, of a column and of the key beside them


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of attention and of accuracy, both with the column auxiliary.

    Returns:
        Columns auxiliary, and those of the figures of attention. A variant that the tier does not train has no rows.

    Raises:
        UserError: A panel has no rows.
    """
    parts = []
    for index, panel in enumerate(spec.panels):
        rows = attention_rows(table, panel)
        for variant in (row.variant for row in spec.typed_options.variants):
            of_variant = rows[rows["auxiliary"] == variant]
            if of_variant.empty:
                continue
            low = chance_rows(table, panel, spec.measured(SEEN), auxiliary=variant)
            drawn = column_values(of_variant, CURVES, panel.first_layer_for_peaks, low).assign(auxiliary=variant)
            parts.append(drawn.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting))
    return pd.concat(parts, ignore_index=True)[["auxiliary", *COLUMNS]].astype(WHOLE)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV); variants that were not trained leave their places empty."""
    variants = spec.typed_options.variants
    columns, rows = len(variants), 2 * len(spec.panels)
    width = min(WIDEST, (COLUMN - KEY_WIDTH) / columns)
    figure = new_figure(width * columns + KEY_WIDTH, 1.65 * rows + 0.1, note_above(values, spec))
    widths = [width] * columns + [KEY_WIDTH]
    grid = figure.subplots(rows, columns + 1, squeeze=False, sharey="row", width_ratios=widths)
    for axes in grid.flat:
        axes.set_axis_off()
    mesh = None
    for index, panel in enumerate(spec.panels):
        top, bottom = grid[2 * index], grid[2 * index + 1]
        for place, variant in enumerate(variants):
            shown = values[(values["panel"] == index) & (values["auxiliary"] == variant.variant)]
            title = variant.title.replace(" and ", "\nand ")
            panel_title(top[place], title if index == 0 else "")
            if shown.empty:
                continue
            top[place].set_axis_on()
            bottom[place].set_axis_on()
            mesh = heatmap(top[place], shown[shown["part"] == "heat-map"])
            chart(bottom[place], shown, CURVES, width)
        task = f"{TASK_TITLES[panel.task]}\n" if panel.task else ""
        top[0].set_ylabel(f"{task}Head")
        bottom[0].set_ylabel(wrapped("Attention, largest head", 28))
    if mesh is not None:
        local_global_bar(grid[0, columns], mesh)
    legend(grid[1, columns], values, CURVES)
    return figure
