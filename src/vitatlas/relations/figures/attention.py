"""Attention of objects' tokens, layer by layer (figures 2, 11, 15, 23, 25, 27).

Each panel is a heat-map of how global every head is, above a line chart of the largest attention among a layer's heads
within an object (WO), within the pair (WP), between the pairs (BP) and to the background (BG).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import layer_ticks, new_figure, panel_title, wrapped
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.relations.attention.scores import peaks, per_layer
from vitatlas.relations.figures.heads import GLOBAL, HEATMAP, LOCAL, local_global_bar
from vitatlas.relations.rows import rows_of

PLACE = ["panel", "model", "task", "setting", "part", "quantity", "pairs", "layer", "head"]
COLUMNS = [*PLACE, "value", "sd", "runs"]
KEY_WIDTH = 1.5  # inches beside the panels, for the color bar and the legend


@dataclass(frozen=True)
class Curve:
    """One line of the chart: what it shows and how it is told from the others, in color and in black and white."""

    quantity: str
    pairs: str
    label: str
    look: dict[str, Any]


CURVES = (
    Curve("WO", "all", "within object (WO)", {"color": LOCAL, "ls": "-"}),
    Curve("WP", "all", "within pair (WP)", {"color": GLOBAL, "ls": "-"}),
    Curve("BP", "all", "between pairs (BP)", {"color": GLOBAL, "ls": ":"}),
    Curve("BG", "all", "background (BG)", {"color": GLOBAL, "ls": "--"}),
)
_THIN = {"color": LOCAL, "lw": 0.7, "ms": 3, "mew": 0.7}
DETAILS = (
    Curve("WO_direct", "all", "WO, direct", {**_THIN, "ls": "-."}),
    Curve("WO", "same-color", "WO, same colour", {**_THIN, "marker": "o", "mfc": "page"}),
    Curve("WO", "different-color", "WO, different colours", {**_THIN, "marker": "x"}),
)


def curves_of(spec: ArtifactSpec) -> tuple[Curve, ...]:
    """The curves that this tier shows."""
    return CURVES + DETAILS if spec.tier in spec.typed_options.details else CURVES


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of attention: model, task, setting, run, layer, head, quantity, pairs, value.

    Returns:
        Columns panel, model, task, setting, part (heat-map, line or star), quantity, pairs, layer, head, value, sd,
        runs. Cells of the heat-map are means over runs; points of a line are means over runs of each run's largest
        head, with the standard deviation over runs (missing for one run); a star repeats the point at the peak.

    Raises:
        UserError: A panel has no rows.
    """
    parts = []
    for index, panel in enumerate(spec.panels):
        drawn = column_values(rows_of(table, panel), curves_of(spec), panel.first_layer_for_peaks)
        parts.append(drawn.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting))
    return pd.concat(parts, ignore_index=True)[COLUMNS].astype({"head": "Int64"})


def column_values(rows: pd.DataFrame, curves: Sequence[Curve], first_layer: int) -> pd.DataFrame:
    """The numbers of one column, heat-map, lines and stars, from all runs of one model on one task."""
    drawn = [cells(rows)]
    for curve in curves:
        line = _line(rows, curve)
        if line.empty:
            continue
        drawn.append(line.assign(part="line"))
        if curve in CURVES:
            drawn.append(peaks(line, first_layer).assign(part="star"))
    return pd.concat(drawn)


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """The heat-map of one panel: global-ness of each layer and head, mean over runs."""
    chosen = rows[(rows["quantity"] == "global") & (rows["pairs"] == "all")]
    return over_runs(chosen, ["quantity", "pairs", "layer", "head"]).assign(part="heat-map")


def _line(rows: pd.DataFrame, curve: Curve) -> pd.DataFrame:
    chosen = rows[(rows["quantity"] == curve.quantity) & (rows["pairs"] == curve.pairs)]
    best = per_layer(chosen, curve.pairs).assign(pairs=curve.pairs)
    return over_runs(best, ["quantity", "pairs", "layer"])


def over_runs(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Mean, standard deviation and number of runs of `value`, per group of `keys`."""
    return rows.groupby(keys)["value"].agg(value="mean", sd="std", runs="count").reset_index()


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count = len(spec.panels)
    figure = new_figure(1.45 * count + KEY_WIDTH, 3.4, spec.tier_note)
    grid = figure.subplots(2, count + 1, squeeze=False, sharey="row", width_ratios=[1.45] * count + [KEY_WIDTH])
    for index, panel in enumerate(spec.panels):
        rows = values[values["panel"] == index]
        mesh = heatmap(grid[0, index], rows[rows["part"] == "heat-map"])
        panel_title(grid[0, index], _heading(panel), index if count > 1 else None)
        chart(grid[1, index], rows, curves_of(spec))
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


def _heading(panel: PanelSpec) -> str:
    name = wrapped(panel.title, 24)
    return f"{name}\n{TASK_TITLES[panel.task]}" if panel.task else name


def chart(axes: Axes, rows: pd.DataFrame, curves: Sequence[Curve]) -> None:
    """The largest attention among a layer's heads, over layers, from `column_values`."""
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
        star = of_curve[of_curve["part"] == "star"]
        axes.plot(star["layer"], star["value"], "*", color=curve.look["color"], ms=8, mec="page", mew=0.5, zorder=3)
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
    axes.legend(handles=handles, loc="center left", borderaxespad=0, handlelength=2.4)
