"""The cost of the decomposition on one machine: time, memory and what is stored, a row per encoder."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.components.artifacts import ArtifactSpec

RELATIVE = "relative"
CHARTS = {
    "rate": "pictures per second",
    RELATIVE: "time, forward pass = 1",
    "memory": "memory, MiB",
    "stored": "stored per picture, kB",
}
WHAT = {
    "forward": ("o", "ink", "forward pass"),
    "components": ("s", "blue-hue", "with components"),
    "tokens": ("^", "orange-hue", "with all tokens of all heads"),
    "float32": ("D", "green-hue", "components as float32"),
    "float16": ("d", "plum-hue", "components as float16"),
}
AIMS = {"components": 1.3, "tokens": 2.0}
"""Times that the engine is built for."""

UNITS = {"stored": 1e-3}
CLOCKS = {"cpu": "time of one processor core", "wall": "time that passed"}
COLUMNS = ["model", "title", "quantity", "what", "middle", "low", "high", "rounds", "batch", "clock", "machine"]
ROW, AROUND = 0.34, 1.75  # inches
SPREAD = 0.5  # of a row, over which its marks lie


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis `throughput`.

    Returns:
        `COLUMNS`, one row per panel, quantity and thing: the median, smallest and largest value over the rounds of all
        runs. `relative` is the forward pass's rate over the thing's in the same round.
    """
    parts = []
    for panel in spec.panels:
        rows = rows_where(table, {"model": panel.model})
        rows = pd.concat([rows, _relative(rows)], ignore_index=True)
        grouped = rows.groupby(["quantity", "what"], sort=False)["value"]
        found = grouped.agg(middle="median", low="min", high="max", rounds="size").reset_index()
        about = {name: "; ".join(map(str, dict.fromkeys(rows[name]))) for name in ("batch", "clock", "machine")}
        parts.append(found.assign(model=panel.model, title=panel.title, **about))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _relative(rows: pd.DataFrame) -> pd.DataFrame:
    rates = rows[rows["quantity"] == "rate"]
    forward = rates[rates["what"] == "forward"].set_index(["run", "round"])["value"]
    others = rates[rates["what"] != "forward"]
    own = pd.MultiIndex.from_frame(others[["run", "round"]])
    return others.assign(quantity=RELATIVE, value=forward.loc[own].to_numpy() / others["value"].to_numpy())


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    note = " ".join(filter(None, [spec.tier_note, _machine(values)]))
    figure = new_figure(COLUMN, AROUND + 2 * ROW * len(titles), note)
    grid = figure.subplots(2, 2, sharey=True)
    for index, (axes, (quantity, title)) in enumerate(zip(grid.flat, CHARTS.items(), strict=True)):
        _chart(axes, values[values["quantity"] == quantity], titles, quantity)
        panel_title(axes, title, index)
    for axes in grid[:, 0]:
        axes.set_yticks(range(len(titles)), labels=titles)
    grid[0][0].set_ylim(len(titles) - 0.5, -0.5)
    shown = [what for what in WHAT if what in set(values["what"])]
    handles = [Line2D([], [], ls="none", marker=WHAT[what][0], color=WHAT[what][1], ms=4) for what in shown]
    figure.legend(handles, [WHAT[what][2] for what in shown], loc="outside lower center", ncols=3)
    return figure


def _chart(axes: Axes, cells: pd.DataFrame, titles: list[str], quantity: str) -> None:
    """Medians, and lines over all rounds."""
    things = [what for what in WHAT if what in set(cells["what"])]
    for cell in cells.itertuples():
        place = things.index(str(cell.what)) / max(len(things) - 1, 1) - 0.5
        _mark(axes, cell, titles.index(str(cell.title)) + SPREAD * place, UNITS.get(quantity, 1))
    if quantity == RELATIVE:
        axes.axvline(1, color="grey-60", lw=0.6)
        for what, aim in AIMS.items():
            axes.axvline(aim, color=WHAT[what][1], lw=0.7, ls=":")
    elif quantity == "rate":
        axes.set_xscale("log")
        axes.margins(x=0.15)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.set_xlim(left=0)


def _mark(axes: Axes, cell: Any, y: float, unit: float) -> None:
    marker, color, _ = WHAT[cell.what]
    axes.plot([cell.low * unit, cell.high * unit], [y, y], color=color, lw=0.8, alpha=0.6)
    axes.plot(cell.middle * unit, y, marker, color=color, ms=3.4, ls="none")


def _machine(values: pd.DataFrame) -> str:
    machines = "; ".join(dict.fromkeys(values["machine"]))
    clocks = "; ".join(CLOCKS[clock] for clock in dict.fromkeys(values["clock"]))
    batches = ", ".join(map(str, dict.fromkeys(values["batch"])))
    return f"Measured on {machines}; {clocks}; {batches} pictures at a time."
