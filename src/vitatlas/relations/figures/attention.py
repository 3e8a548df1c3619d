"""Attention of objects' tokens, layer by layer (figures 2, 11, 15, 23, 25, 27).

Each panel is a heat-map of how global every head is, above a line chart of the largest attention among a layer's heads
within an object (WO), within the pair (WP), between the pairs (BP) and to the background (BG).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, layer_ticks, new_figure, panel_title, wrapped
from vitatlas.relations.artifacts import SEEN, TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.relations.chance import PART, chance_rows
from vitatlas.relations.figures.attention_columns import (
    COLUMNS,
    CURVES,
    DETAILS,
    WHOLE,
    Curve,
    attention_rows,
    column_values,
)
from vitatlas.relations.figures.heads import HEATMAP, local_global_bar
from vitatlas.relations.figures.note import note_above
from vitatlas.relations.figures.reasons import chance_line, say

WIDEST, KEY_WIDTH = 1.45, 1.4  # inches: of a panel, and beside them, for the color bar and the legend


def curves_of(spec: ArtifactSpec) -> tuple[Curve, ...]:
    """The curves that this tier shows."""
    return CURVES + DETAILS if spec.tier in spec.typed_options.details else CURVES


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of attention (model, task, setting, run, layer, head, quantity, pairs, value) and of
            behaviour.

    Returns:
        Columns panel, model, task, setting, part (heat-map, line, star or at chance), quantity, pairs, layer, head,
        value, sd, runs, shared_below. Cells of the heat-map are means over runs; points of a line are means over runs
        of each run's largest head, with the standard deviation over runs (missing for one run, and in layers whose
        weights all runs share); a star repeats the point at the peak. Models at chance have no stars, but a row with
        their accuracy.

    Raises:
        UserError: A panel has no rows.
    """
    parts = []
    for index, panel in enumerate(spec.panels):
        low = chance_rows(table, panel, spec.measured(SEEN))
        rows = attention_rows(table, panel)
        drawn = column_values(rows, curves_of(spec), panel.first_layer_for_peaks, low)
        parts.append(drawn.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting))
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype(WHOLE)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count = len(spec.panels)
    width = min(WIDEST, (COLUMN - KEY_WIDTH) / count)
    figure = new_figure(width * count + KEY_WIDTH, 3.4, note_above(values, spec))
    grid = figure.subplots(2, count + 1, squeeze=False, sharey="row", width_ratios=[width] * count + [KEY_WIDTH])
    for index, panel in enumerate(spec.panels):
        rows = values[values["panel"] == index]
        mesh = heatmap(grid[0, index], rows[rows["part"] == "heat-map"])
        panel_title(grid[0, index], _heading(panel, 14 * width), index if count > 1 else None)
        chart(grid[1, index], rows, curves_of(spec), width)
    grid[0, 0].set_ylabel("Head")
    grid[1, 0].set_ylabel(wrapped("Attention, largest head", 28))
    for axes in grid[:, count]:
        axes.set_axis_off()
    local_global_bar(grid[0, count], mesh)
    legend(grid[1, count], values, curves_of(spec))
    return figure


def heatmap(axes: Axes, cells: pd.DataFrame) -> Any:
    """Layers along x, heads along y, blue for local and red for global heads; returns the mappable."""
    table = cells.pivot(index="head", columns="layer", values="value")
    heads, layers = table.shape
    seaborn.heatmap(table, ax=axes, cmap=HEATMAP, vmin=0, vmax=1, cbar=False, linewidths=0.3, linecolor="page")
    axes.set(xlabel="", ylabel="")
    axes.set_yticks([head + 0.5 for head in range(0, heads, 1 if heads <= 6 else 2)])
    axes.set_yticklabels([str(head) for head in range(0, heads, 1 if heads <= 6 else 2)], rotation=0)
    layer_ticks(axes, layers, label=False, first=0.5)
    return axes.collections[-1]


def _heading(panel: PanelSpec, letters: float) -> str:
    name = wrapped(panel.title, letters)
    return f"{name}\n{TASK_TITLES[panel.task]}" if panel.task else name


def chart(axes: Axes, rows: pd.DataFrame, curves: Sequence[Curve], width: float) -> None:
    """The largest attention among a layer's heads, over layers, from `column_values`, in a panel of so many inches."""
    for curve in curves:
        of_curve = rows[(rows["quantity"] == curve.quantity) & (rows["pairs"] == curve.pairs)]
        line = of_curve[of_curve["part"] == "line"]
        if line.empty:
            continue
        axes.plot(line["layer"], line["value"], label=curve.label, **curve.look)
        if curve in DETAILS:
            continue
        low, high = line["value"] - line["sd"], line["value"] + line["sd"]
        axes.fill_between(line["layer"], low, high, color=curve.look["color"], alpha=0.15, lw=0)
        star = of_curve[of_curve["part"] == "star"]  # none of a model at chance
        axes.plot(star["layer"], star["value"], "*", color=curve.look["color"], ms=8, mec="page", mew=0.5, zorder=3)
    if (rows["part"] == PART).any():
        say(axes, str(chance_line(rows)), width)
    layer_ticks(axes, int(rows["layer"].max()) + 1)
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    axes.grid(axis="y", color="grey-90", lw=0.5)
    axes.set_axisbelow(True)


def legend(axes: Axes, values: pd.DataFrame, curves: Sequence[Curve]) -> None:
    """The key to those curves that are drawn from `values`."""
    shown = set(values.loc[values["part"] == "line", ["quantity", "pairs"]].itertuples(index=False, name=None))
    drawn = [curve for curve in curves if (curve.quantity, curve.pairs) in shown]
    handles = [Line2D([], [], label=curve.label, **curve.look) for curve in drawn]
    handles.append(Line2D([], [], ls="", marker="*", color="grey-30", ms=8, mec="page", label="peak"))
    axes.legend(handles=handles, loc="center left", borderaxespad=0, handlelength=2)
