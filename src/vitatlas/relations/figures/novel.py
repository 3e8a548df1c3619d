"""Success of vectors that no object produced in turning the answer, per layer (figures 4, 13, 17, 18, 29 to 35).

Above, in the figures that ask for it, the method is drawn. Each panel is a model on a task; at each layer stand four
bars for shape and four for colour, one per way to make the vectors, from dark to light. A mark at each bar is the
success where the pair was to become the same, which no mere damage brings about.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from vitatlas.artifacts.style import fitted, new_figure, panel_title
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import ArtifactSpec, PanelSpec
from vitatlas.relations.das.reduce import together
from vitatlas.relations.figures import das_rows, scheme_images, scheme_novel
from vitatlas.relations.figures.das_axes import (
    EDGE,
    INTERVAL,
    LEGEND,
    NAMES,
    SHADES,
    SPREAD,
    bars,
    heading,
    mark_warnings,
    paint,
    reference_handles,
    reference_lines,
    seeds_note,
    stage_bar,
)
from vitatlas.relations.figures.das_rows import PROPERTIES

ANALYSIS = "novel representations"
METHODS = ("added", "interpolated", "sampled", "random")
KEYS = ["property", "method"]
WIDTH, KEY_WIDTH, ROW, SCHEME = 6.8, 1.3, 2.2, 1.9  # inches
DRAWS, SEEDS = "95 % over draws", "SD over seeds"
SAME: dict[str, Any] = {"ls": "", "marker": "^", "ms": 2.6, "mfc": "page", "mec": "ink", "mew": 0.5}
BAR, GAP = 0.105, 0.03  # of a layer: a bar's width, and half the space between the properties


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of novel representations and of attention, and of example images where the method is
            drawn.

    Returns:
        Columns panel, model, task, setting, part, property, method, layer, value, sd, runs, warning, low, high. By
        part: `background`, how global a layer is; `success`; `made same`, the success on pairs that are to become the
        same alone; `base error`; `chance`. Values are means over runs, with their standard deviation (missing for one
        run); low and high bound the 95 % interval over draws of the vectors, mean over runs. Where the method is
        drawn, more columns have its images, in rows of part `scheme`.

    Raises:
        UserError: A panel lacks rows: of attention, or of a layer, property, run or method; or has more than one for a
            bar.
    """
    frames = [_panel(table, index, panel) for index, panel in enumerate(spec.panels)]
    if spec.typed_options.scheme:
        frames.insert(0, scheme_images.values(table, spec, scheme_novel.WANTED))
    return pd.concat(frames, ignore_index=True)


def _panel(table: pd.DataFrame, index: int, panel: PanelSpec) -> pd.DataFrame:
    layers = das_rows.background(table, panel)
    rows = das_rows.measured(table, panel, "method", ANALYSIS)
    where = das_rows.measured_layers(rows, layers, panel)
    wanted = {"run": sorted(set(rows["run"])), "layer": where, "property": PROPERTIES, "method": METHODS}
    das_rows.require(rows, wanted, panel, ANALYSIS)
    if rows.duplicated(list(wanted)).any():
        raise UserError(
            f"more than one number of {ANALYSIS} for the same run, layer, property and method "
            f"(model '{panel.model}', task '{panel.task}', setting '{panel.setting}')",
            remedy="delete the analysis table and make it again",
        )
    cells = together(rows, list(wanted)).merge(rows[[*wanted, "low", "high", "made_same"]])
    keys = [*KEYS, "layer"]
    bars = das_rows.over_runs(cells, keys).merge(cells.groupby(keys)[["low", "high"]].mean().reset_index())
    same = das_rows.over_runs(cells.assign(warning=None), keys, "made_same").assign(part="made same")
    parts = [layers, das_rows.chance(), das_rows.base_error(rows), bars.assign(part="success"), same]
    return das_rows.tidy(parts, KEYS, index, panel, ["low", "high"])


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count, scheme = len(spec.panels), spec.typed_options.scheme
    height = ROW * count + 0.15
    figure = new_figure(WIDTH, height + SCHEME * scheme, spec.tier_note)
    below: Figure | SubFigure = figure
    if scheme:
        above, below = scheme_images.above(figure, SCHEME, height)
        scheme_novel.draw(above, values[values["part"] == "scheme"])
    grid = below.subplots(count, 2, squeeze=False, width_ratios=[WIDTH - KEY_WIDTH, KEY_WIDTH])
    for index, panel in enumerate(spec.panels):
        axes = grid[index, 0]
        _chart(axes, values[values["panel"] == index])
        number = index + scheme if count + scheme > 1 else None
        panel_title(axes, heading(panel, 60).replace("\n", ", "), number)
        axes.set(ylabel="Success", xlabel="Layer" if index == count - 1 else "")
    for axes in grid[:, 1]:
        axes.set_axis_off()
    _key(grid[0, 1], values)
    return figure


def _chart(axes: Axes, rows: pd.DataFrame) -> None:
    paint(axes, rows)
    axes.set_ylim(0, 1.03)
    reference_lines(axes, rows)
    seeds_note(axes, rows[rows["part"] == "success"])
    for name, method in product(PROPERTIES, METHODS):
        chosen = rows[(rows["property"] == name) & (rows["method"] == method)]
        group, same = (chosen[chosen["part"] == part] for part in ("success", "made same"))
        x = group["layer"].astype(float) + _place(name, method)
        bars(axes, group, x, BAR, SHADES[name][METHODS.index(method)])
        axes.plot(same["layer"].astype(float) + _place(name, method), same["value"], zorder=5.5, clip_on=False, **SAME)
        mark_warnings(axes, group, x)


def _place(name: str, method: str) -> float:
    """Where a bar stands, relative to its layer."""
    slot = PROPERTIES.index(name) * len(METHODS) + METHODS.index(method)
    side = GAP if name == PROPERTIES[1] else -GAP
    return (slot - len(METHODS) + 0.5) * BAR + side


def _key(axes: Axes, values: pd.DataFrame) -> None:
    shades = zip(*SHADES.values(), strict=True)
    pairs = [tuple(Patch(fc=shade, **EDGE) for shade in of_method) for of_method in shades]
    title = " | ".join(NAMES[name] for name in PROPERTIES)
    look = LEGEND | {"alignment": "left", "title_fontsize": fitted(7), "fontsize": fitted(6.5)}
    legend = axes.legend(pairs, METHODS, title=title, handler_map={tuple: HandlerTuple(None, 0.3)}, **look)
    axes.add_artist(legend)
    bars = ((DRAWS, INTERVAL, "low"), (SEEDS, SPREAD, "sd"))
    handles = [Line2D([], [], label="pairs made the same", **SAME)]
    handles += [Line2D([], [], label=label, **look) for label, look, column in bars if values[column].notna().any()]
    lower = LEGEND | {"bbox_to_anchor": (0, 0.62), "fontsize": fitted(6.5)}
    axes.legend(handles=handles + reference_handles(values), **lower)
    stage_bar(axes)
