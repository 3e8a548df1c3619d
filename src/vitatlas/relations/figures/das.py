"""Success of interchange interventions on shape or colour, per layer (figures 3, 12, 16, 24, 26, 28).

Above, in the figures that ask for it, the method is drawn. Each panel is a model on a task: success of the learned
subspaces, and of controls that take the wrong object's vectors or those of the background. In tiers that ask for
details, a second row has the two directions apart: whatever corrupts a vector makes two objects different, so that
"same to different" proves little.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.das.reduce import together
from vitatlas.relations.figures import das_rows, scheme_images, scheme_interchange
from vitatlas.relations.figures.das_axes import (
    LEGEND,
    NAMES,
    SHADES,
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

ANALYSIS = "interchange interventions"
CONTROLS = {"wrong_object": "control: wrong object", "random_patch": "control: background"}
KEYS = ["property", "control", "direction"]
KEY_WIDTH, WIDEST, ROW, SCHEME = 1.45, 2.4, 1.75, 2.15  # inches

MARKERS = {"shape": "o", "color": "s"}
MAIN: dict[str, Any] = {"ls": "-", "lw": 1.5, "ms": 4.2, "mec": "page", "mew": 0.5, "zorder": 4}
OPEN: dict[str, Any] = {"ls": (0, (3, 1.2)), "lw": 0.9, "mfc": "page", "mew": 0.7, "zorder": 3}
LINES: dict[str, dict[str, Any]] = {
    "wrong_object": {"ms": 2.8, **OPEN},
    "random_patch": {"ls": (0, (1, 1.2)), "lw": 0.9, "marker": "", "alpha": 0.75, "zorder": 2.5},
    "different-to-same": {**MAIN, "lw": 1.2, "marker": "^"},
    "same-to-different": {"ms": 3, "marker": "v", **OPEN},
}
ARROWS = {"different-to-same": "different → same", "same-to-different": "same → different"}
BESIDE = {"shape": -0.09, "color": 0.09}  # shifts along x, so that error bars do not cover one another


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of interventions, of attention and of behaviour, and of example images where the
            method is drawn.

    Returns:
        Columns panel, model, task, setting, part, property, control, direction, layer, value, sd, runs, shared_below,
        warning. By part: `background`, how global a layer is; `success`, both directions together; `control`;
        `direction`, one direction alone; `base error`; `chance`. Values are means over runs, with their standard
        deviation (missing for one run, and in layers whose weights all runs share). Of a model at chance, only
        `background` and `at chance`, its accuracy. Where the method is drawn, more columns have its images, in rows of
        part `scheme`.

    Raises:
        UserError: A panel lacks rows: of attention or behaviour, or of a layer, property, run, direction or control.
    """
    frames = [_panel(table, spec, index, panel) for index, panel in enumerate(spec.panels)]
    if spec.typed_options.scheme:
        frames.insert(0, scheme_images.values(table, spec, *scheme_interchange.WANTED))
    return pd.concat(frames, ignore_index=True)


def _panel(table: pd.DataFrame, spec: ArtifactSpec, index: int, panel: PanelSpec) -> pd.DataFrame:
    empty = das_rows.at_chance(table, KEYS, index, panel, spec.measured(SEEN))
    if empty is not None:
        return empty
    layers = das_rows.background(table, panel)
    rows = das_rows.measured(table, panel, "control", ANALYSIS)
    controls = ["none", *(name for name in CONTROLS if name == "wrong_object" or (rows["control"] == name).any())]
    where = das_rows.measured_layers(rows, layers, panel)
    wanted = {"run": sorted(set(rows["run"])), "layer": where, "property": PROPERTIES}
    das_rows.require(rows, {**wanted, "control": controls, "direction": DIRECTIONS}, panel, ANALYSIS)
    cells = together(rows, ["run", "layer", "property", "control"])
    both = das_rows.over_runs(cells, ["property", "control", "layer"])
    plain = both["control"] == "none"
    parts = [layers, das_rows.chance(), das_rows.base_error(rows[rows["control"] == "none"])]
    parts += [both[plain].assign(part="success"), both[~plain].assign(part="control")]
    if _details(spec):
        chosen = rows[rows["control"] == "none"]
        apart = together(chosen, ["run", "layer", "property", "direction"])
        parts.append(das_rows.over_runs(apart, ["property", "direction", "layer"]).assign(part="direction"))
    return das_rows.tidy(parts, KEYS, index, panel, shared_below(rows))


def _details(spec: ArtifactSpec) -> bool:
    return spec.tier in spec.typed_options.details


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count, scheme, rows = len(spec.panels), spec.typed_options.scheme, 1 + _details(spec)
    panel_width = min(WIDEST, (COLUMN - KEY_WIDTH) / count)
    width = scheme_interchange.WIDTH if scheme else panel_width * count + KEY_WIDTH
    height = ROW * rows + 0.35
    figure = new_figure(width, height + SCHEME * scheme, note_above(values, spec))
    below: Figure | SubFigure = figure
    if scheme:
        above, below = scheme_images.above(figure, SCHEME, height)
        scheme_interchange.draw(above, values[values["part"] == "scheme"])
    widths = [*[(width - KEY_WIDTH) / count] * count, KEY_WIDTH]
    grid = below.subplots(rows, count + 1, squeeze=False, sharey=True, width_ratios=widths)
    for index, panel in enumerate(spec.panels):
        of_panel = values[values["panel"] == index]
        _chart(grid[0, index], of_panel, ["success", "control"], panel_width)
        if why_empty(of_panel) is None:
            chance_level(grid[0, index], of_panel)  # a guess turns half of the answers, but not half in each direction
        number = index + scheme if count + scheme > 1 else None
        panel_title(grid[0, index], heading(panel, 13 * panel_width), number)
        if rows > 1:
            _chart(grid[1, index], of_panel, ["direction"], panel_width)
            grid[0, index].set_xlabel("")
    for axes, name in zip(grid[:, 0], ("Success", "Success, one direction"), strict=False):
        axes.set_ylabel(name)
    for axes in grid[:, count]:
        axes.set_axis_off()
    _key(list(grid[:, count]), values)
    return figure


def _chart(axes: Axes, rows: pd.DataFrame, parts: list[str], width: float) -> None:
    paint(axes, rows)
    empty = why_empty(rows)
    if empty is not None:
        say(axes, empty, width)
        return
    base_errors(axes, rows)
    chosen = rows[rows["part"].isin(parts)]
    remark(axes, warned_layers(rows[rows["part"] == "success"]) if "success" in parts else None, width)
    for (_, *names), line in chosen.groupby(["part", *KEYS], dropna=False, sort=False):
        _line(axes, line.sort_values("layer"), *map(str, names))


def _line(axes: Axes, line: pd.DataFrame, property: str, control: str, direction: str) -> None:
    look = LINES.get(direction) or LINES.get(control) or MAIN
    color = SHADES[property][2 if control == "random_patch" else 1]
    x = line["layer"].astype(float) + BESIDE[property]
    look = {"color": color, "marker": MARKERS[property], **look}
    axes.errorbar(x, line["value"], yerr=line["sd"], elinewidth=0.7, capsize=1.5 * (look["ls"] == "-"), **look)


def _key(column: Sequence[Axes], values: pd.DataFrame) -> None:
    handles = [
        Line2D([], [], label=NAMES[name], color=SHADES[name][1], marker=MARKERS[name], **_plain(MAIN))
        for name in PROPERTIES
    ]
    for control, label in CONTROLS.items():
        if (values["control"] == control).any():
            handles.append(Line2D([], [], label=label, color="grey-25", **{"marker": "o", **_plain(LINES[control])}))
    column[0].legend(handles=handles + reference_handles(values), **LEGEND)
    stage_bar(column[0])
    if len(column) > 1:
        handles = [Line2D([], [], label=ARROWS[name], color="grey-25", **_plain(LINES[name])) for name in DIRECTIONS]
        column[1].legend(handles=handles, **LEGEND)


def _plain(look: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in look.items() if name != "zorder"}
