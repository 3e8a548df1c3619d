"""Success of vectors that no object produced in turning the answer, per layer (figures 4, 13, 17, 18, 29 to 35).

Above, in the figures that ask for it, the method is drawn. Each panel is a model on a task; at each layer stand four
bars for shape and four for colour, one per way to make the vectors, from dark to light. Bars are the success where the
pair was to become the same, which no mere damage brings about; the number of all pairs together is in the CSV alone.
"""

from __future__ import annotations

from itertools import product

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from vitatlas.artifacts.style import COLUMN, fitted, new_figure, panel_title
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import SEEN, ArtifactSpec, PanelSpec
from vitatlas.relations.das.reduce import together
from vitatlas.relations.figures import das_rows, scheme_images, scheme_novel
from vitatlas.relations.figures.das import ANALYSIS as INTERVENTIONS
from vitatlas.relations.figures.das_axes import (
    EDGE,
    LEGEND,
    NAMES,
    SHADES,
    SPREAD,
    bars,
    base_errors,
    heading,
    paint,
    reference_handles,
    stage_bar,
)
from vitatlas.relations.figures.das_rows import DIRECTIONS, PROPERTIES
from vitatlas.relations.figures.note import note_above, shared_below
from vitatlas.relations.figures.reasons import remark, say, warned_layers, why_empty

ANALYSIS = "novel representations"
METHODS = ("added", "interpolated", "sampled", "random")
KEYS = ["property", "method"]
KEY_WIDTH, ROW, EMPTY_ROW, SCHEME = 1.3, 2.0, 0.5, 2.0  # inches
MADE_SAME = DIRECTIONS[0]
BAR, GAP = 0.105, 0.03  # of a layer: a bar's width, and half the space between the properties


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses of novel representations, of interchange interventions, of attention and of
            behaviour, and of example images where the method is drawn.

    Returns:
        Columns panel, model, task, setting, part, property, method, layer, value, sd, runs, shared_below, warning, low,
        high. By part: `background`, how global a layer is; `success`, of pairs that are to become the same; `base
        error`, the share of these that are called the same without any intervention; `pooled`, not drawn: the success
        of all pairs, half of which are to become different. Values are means over runs, with their standard deviation
        (missing for one run, and in layers whose weights all runs share); low and high bound the 95 % interval of
        `pooled` over draws of the vectors, mean over runs. Of a model at chance, only `background` and `at chance`, its
        accuracy. Where the method is drawn, more columns have its images, in rows of part `scheme`.

    Raises:
        UserError: A panel lacks rows: of attention, behaviour or interventions, or of a layer, property, run or method;
            or has more than one for a bar.
    """
    frames = [_panel(table, spec, index, panel) for index, panel in enumerate(spec.panels)]
    if spec.typed_options.scheme:
        frames.insert(0, scheme_images.values(table, spec, scheme_novel.WANTED))
    return pd.concat(frames, ignore_index=True)


def _panel(table: pd.DataFrame, spec: ArtifactSpec, index: int, panel: PanelSpec) -> pd.DataFrame:
    empty = das_rows.at_chance(table, KEYS, index, panel, spec.measured(SEEN), ["low", "high"])
    if empty is not None:
        return empty
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
    pooled = das_rows.over_runs(cells, keys).merge(cells.groupby(keys)[["low", "high"]].mean().reset_index())
    same = das_rows.over_runs(cells, keys, "made_same").assign(part="success")
    parts = [layers, _base_error(table, panel), same, pooled.assign(part="pooled")]
    return das_rows.tidy(parts, KEYS, index, panel, shared_below(rows), ["low", "high"])


def _base_error(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """How many of the pairs that are to become the same are called so to begin with: the same images as those of
    interchange interventions of that direction."""
    rows = das_rows.measured(table, panel, "control", INTERVENTIONS)
    return das_rows.base_error(rows[(rows["control"] == "none") & (rows["direction"] == MADE_SAME)])


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    count, scheme = len(spec.panels), spec.typed_options.scheme
    empty = [why_empty(values[values["panel"] == index]) is not None for index in range(count)]
    heights = [EMPTY_ROW if nothing else ROW for nothing in empty]
    height = sum(heights) + 0.3
    figure = new_figure(COLUMN, height + SCHEME * scheme, note_above(values, spec))
    below: Figure | SubFigure = figure
    if scheme:
        above, below = scheme_images.above(figure, SCHEME, height)
        scheme_novel.draw(above, values[values["part"] == "scheme"])
    shape = {"width_ratios": [COLUMN - KEY_WIDTH, KEY_WIDTH], "height_ratios": heights}
    grid = below.subplots(count, 2, squeeze=False, gridspec_kw=shape)
    for index, panel in enumerate(spec.panels):
        axes = grid[index, 0]
        _chart(axes, values[values["panel"] == index])
        number = index + scheme if count + scheme > 1 else None
        panel_title(axes, heading(panel, 60).replace("\n", ", "), number)
        axes.set(ylabel="Success, made the same", xlabel="")
    for axes in grid[:, 1]:
        axes.set_axis_off()
    full = [index for index, nothing in enumerate(empty) if not nothing]
    if full:
        grid[full[-1], 0].set_xlabel("Layer")
        _key(grid[full[0], 1], values)
        stage_bar(grid[full[-1], 1])
    return figure


def _chart(axes: Axes, rows: pd.DataFrame) -> None:
    empty = why_empty(rows)
    if empty is not None:
        axes.set_axis_off()
        say(axes, empty, COLUMN - KEY_WIDTH)
        return
    paint(axes, rows)
    axes.set_ylim(0, 1.03)
    base_errors(axes, rows)
    success = rows[rows["part"] == "success"]
    remark(axes, warned_layers(success), COLUMN - KEY_WIDTH)
    for name, method in product(PROPERTIES, METHODS):
        group = success[(success["property"] == name) & (success["method"] == method)]
        x = group["layer"].astype(float) + _place(name, method)
        bars(axes, group, x, BAR, SHADES[name][METHODS.index(method)])


def _place(name: str, method: str) -> float:
    """Where a bar stands, relative to its layer."""
    slot = PROPERTIES.index(name) * len(METHODS) + METHODS.index(method)
    side = GAP if name == PROPERTIES[1] else -GAP
    return (slot - len(METHODS) + 0.5) * BAR + side


def _key(axes: Axes, values: pd.DataFrame) -> None:
    shades = zip(*SHADES.values(), strict=True)
    pairs = [tuple(Patch(fc=shade, **EDGE) for shade in of_method) for of_method in shades]
    title = " | ".join(NAMES[name] for name in PROPERTIES)
    look = LEGEND | {"alignment": "left", "title_fontsize": fitted(7)}
    legend = axes.legend(pairs, METHODS, title=title, handler_map={tuple: HandlerTuple(None, 0.3)}, **look)
    axes.add_artist(legend)
    drawn = values.loc[values["part"] == "success", "sd"].notna().any()
    handles = [Line2D([], [], label="SD over runs", **SPREAD)] if drawn else []
    axes.legend(handles=handles + reference_handles(values), **LEGEND | {"bbox_to_anchor": (0, 0.5)})
