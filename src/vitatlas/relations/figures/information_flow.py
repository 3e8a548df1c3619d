"""The tokens that carry an object's shape and colour, layer by layer (not in the paper).

The tokens of one kind are taken, whole, from the image in which the property really is another one, all others stay. A
low value of the edited object's tokens where those of the background or the class token are high says that what the
model knows of the object lies elsewhere by then: no subspace of the object's tokens could steer the answer.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.das.reduce import together
from vitatlas.relations.figures import das_rows
from vitatlas.relations.figures.das_axes import (
    LEGEND,
    NAMES,
    base_errors,
    chance_level,
    heading,
    paint,
    reference_handles,
    stage_bar,
)
from vitatlas.relations.figures.das_rows import DIRECTIONS, PROPERTIES
from vitatlas.relations.figures.note import note_above, shared_below
from vitatlas.relations.figures.reasons import remark, say, warned_layers, why_empty

ANALYSIS = "information flow"
KEYS = ["property", "tokens"]
KEY_WIDTH, WIDEST, ROW = 1.45, 2.4, 1.75  # inches

# By kind of tokens, its label and look; Okabe and Ito's colors, which readers who see few colors can tell apart.
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "edited_object": ("the edited object", {"color": "blue-hue", "marker": "o", "ls": "-"}),
    "other_objects": ("the other objects", {"color": "plum-hue", "marker": "s", "ls": (0, (5, 1.5))}),
    "all_objects": ("all objects", {"color": "grey-20", "marker": "D", "ls": (0, (5, 1.5))}),
    "background": ("background", {"color": "pine-hue", "marker": "^", "ls": (0, (3, 1.2))}),
    "class_token": ("class token", {"color": "rust-hue", "marker": "v", "ls": (0, (1, 1))}),
}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of information flow, of attention and of behaviour.

    Returns:
        Columns panel, model, task, setting, part, property, tokens, layer, value, sd, runs, shared_below, warning. By
        part: `background`, how global a layer is; `success`, both directions together; `base error`; `chance`. Values
        are means over runs, with their standard deviation (missing for one run, and in layers whose weights all runs
        share). Of a model at chance, only `background` and `at chance`, its accuracy.

    Raises:
        UserError: A panel lacks rows, or has tokens of an unknown kind.
    """
    frames = [_panel(table, spec, index, panel) for index, panel in enumerate(spec.panels)]
    return pd.concat(frames, ignore_index=True)


def _panel(table: pd.DataFrame, spec: ArtifactSpec, index: int, panel: PanelSpec) -> pd.DataFrame:
    empty = das_rows.at_chance(table, KEYS, index, panel, spec.measured(SEEN))
    if empty is not None:
        return empty
    layers = das_rows.background(table, panel)
    rows = das_rows.measured(table, panel, "tokens", ANALYSIS)
    unknown = set(rows["tokens"]) - set(KINDS)
    if unknown:
        raise UserError(f"unknown kind of tokens '{sorted(unknown)[0]}'", remedy=f"known are: {', '.join(KINDS)}")
    wanted = {
        "run": sorted(set(rows["run"])),
        "layer": das_rows.measured_layers(rows, layers, panel),
        "property": PROPERTIES,
        "tokens": [kind for kind in KINDS if kind in set(rows["tokens"])],
    }
    das_rows.require(rows, {**wanted, "direction": DIRECTIONS}, panel, ANALYSIS)
    cells = together(rows, list(wanted))
    lines = das_rows.over_runs(cells, [*KEYS, "layer"]).assign(part="success")
    parts = [layers, das_rows.chance(), das_rows.base_error(rows), lines]
    return das_rows.tidy(parts, KEYS, index, panel, shared_below(rows))


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned: panels as columns, properties as rows."""
    count = len(spec.panels)
    panel_width = min(WIDEST, (COLUMN - KEY_WIDTH) / count)
    figure = new_figure(panel_width * count + KEY_WIDTH, ROW * len(PROPERTIES) + 0.35, note_above(values, spec))
    widths = [panel_width] * count + [KEY_WIDTH]
    grid = figure.subplots(len(PROPERTIES), count + 1, squeeze=False, sharey=True, width_ratios=widths)
    for index, panel in enumerate(spec.panels):
        rows = values[values["panel"] == index]
        for row, name in enumerate(PROPERTIES):
            _chart(grid[row, index], rows[rows["property"].isna() | (rows["property"] == name)], panel_width)
            grid[row, 0].set_ylabel(f"Success, {NAMES[name]}")
        grid[0, index].set_xlabel("")
        panel_title(grid[0, index], heading(panel, 13 * panel_width), index if count > 1 else None)
    for axes in grid[:, count]:
        axes.set_axis_off()
    shown = set(values["tokens"].dropna())
    handles = [Line2D([], [], ms=3.6, label=label, **look) for kind, (label, look) in KINDS.items() if kind in shown]
    grid[0, count].legend(handles=handles + reference_handles(values), title="tokens of", **LEGEND, alignment="left")
    stage_bar(grid[1, count])
    return figure


def _chart(axes: Axes, rows: pd.DataFrame, width: float) -> None:
    paint(axes, rows)
    empty = why_empty(rows)
    if empty is not None:
        say(axes, empty, width)
        return
    chance_level(axes, rows)
    base_errors(axes, rows)
    lines = rows[rows["part"] == "success"]
    remark(axes, warned_layers(lines), width)
    for place, kind in enumerate(kind for kind in KINDS if kind in set(lines["tokens"])):
        line = lines[lines["tokens"] == kind].sort_values("layer")
        x = line["layer"].astype(float) + 0.05 * (place - 2)
        look = {"lw": 1.3, "ms": 4, "mec": "page", "mew": 0.5, "elinewidth": 0.7, "zorder": 4, **KINDS[kind][1]}
        axes.errorbar(x, line["value"], yerr=line["sd"], **look)
