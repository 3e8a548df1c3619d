"""The effect of each departure of the reference code (not in the paper): one panel per model and task.

Each line is a quantity under one departure: a filled disc for the corrected protocol, a ring for the reference's, all
other switches being corrected in both.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import QUIET, fitted, new_figure, panel_title
from vitatlas.relations.artifacts import ArtifactSpec, PanelSpec
from vitatlas.relations.figures import das_rows
from vitatlas.relations.figures.das_axes import LEGEND, heading
from vitatlas.relations.rows import rows_of

PROTOCOLS: dict[str, dict[str, Any]] = {"corrected": {"mfc": "blue-hue"}, "reference": {"mfc": "page"}}
KEYS = ["departure", "quantity", "protocol"]
COLUMNS = ["panel", "model", "task", "setting", *KEYS, "value", "sd", "runs"]
LABELS, WIDEST, LINE, REST = 2.0, 2.2, 0.16, 0.75  # inches
LOOK: dict[str, Any] = {"marker": "o", "ms": 4.5, "color": "blue-hue", "mew": 0.9, "clip_on": False}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the comparison of protocols: model, task, setting, run, departure, protocol, quantity, value.

    Returns:
        Columns panel, model, task, setting, departure, quantity, protocol, value, sd, runs: means and standard
        deviations (missing for one run) over runs.

    Raises:
        UserError: A panel has no rows, or a quantity is missing under one of the protocols for some run.
    """
    return pd.concat([_panel(table, index, panel) for index, panel in enumerate(spec.panels)], ignore_index=True)


def _panel(table: pd.DataFrame, index: int, panel: PanelSpec) -> pd.DataFrame:
    rows = rows_of(table, panel)
    for departure, group in rows.groupby("departure"):
        wanted = {name: sorted(set(group[name])) for name in ("quantity", "run")} | {"protocol": list(PROTOCOLS)}
        das_rows.require(group, wanted, panel, f"the departure '{departure}'")
    numbers = rows.groupby(KEYS, sort=False)["value"].agg(value="mean", sd="std", runs="count").reset_index()
    numbers = numbers.assign(panel=index, model=panel.model, task=panel.task, setting=panel.setting)
    return numbers[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count = len(spec.panels)
    lines = values[["departure", "quantity"]].drop_duplicates()
    height = LINE * (len(lines) + lines["departure"].nunique())
    width = min(WIDEST, 4.8 / count)
    figure = new_figure(width * count + LABELS, height + REST, spec.tier_note)
    grid = figure.subplots(1, count, squeeze=False, sharey=True)[0]
    places = _places(grid[0], lines)
    for index, panel in enumerate(spec.panels):
        _chart(grid[index], values[values["panel"] == index], places)
        title = heading(panel, 13 * width).replace(", ", ",\n")
        panel_title(grid[index], title, index if count > 1 else None)
    handles = [Line2D([], [], ls="", label=f"{name} protocol", **LOOK | look) for name, look in PROTOCOLS.items()]
    figure.legend(handles=handles, **LEGEND | {"loc": "outside lower center", "ncols": 2, "handlelength": 1})
    return figure


def _places(axes: Axes, lines: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The height of each line, and its label; a departure's name stands above its lines."""
    places, labels, height = {}, [], 0.0
    for departure, group in lines.groupby("departure", sort=False):
        labels.append((height, str(departure).replace("_", " ")))
        for quantity in group["quantity"]:
            height += 1
            places[str(departure), str(quantity)] = height
            labels.append((height, str(quantity)))
        height += 1
    axes.set_ylim(height - 0.4, -0.6)
    axes.set_yticks([place for place, _ in labels], labels=[text for _, text in labels])
    heads = {place for place, _ in labels} - set(places.values())
    for (place, _), tick in zip(labels, axes.get_yticklabels(), strict=True):
        tick.set(weight="bold" if place in heads else "normal", fontsize=fitted(6.5))
    return places


def _chart(axes: Axes, rows: pd.DataFrame, places: dict[tuple[str, str], float]) -> None:
    for (departure, quantity), pair in rows.groupby(["departure", "quantity"], sort=False):
        height = places[str(departure), str(quantity)]
        axes.plot(pair["value"], [height] * len(pair), color=QUIET, lw=0.8, zorder=2)
        for name, look in PROTOCOLS.items():
            row = pair[pair["protocol"] == name].iloc[0]
            axes.errorbar(row["value"], height, xerr=row["sd"], elinewidth=0.7, zorder=3, **LOOK | look)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(-0.03, 1.03), xlabel="Share")
    axes.set_xticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    axes.grid(axis="x", color="grey-92", lw=0.5)
    axes.set_axisbelow(True)
