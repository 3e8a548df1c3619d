"""The published numbers over ours (not in the paper): models as columns; tasks, and what else there is, as rows.

Miniatures stand in for the paper's models in small tiers; their layers are then drawn by relative depth, and only order
and shape can be compared.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import fitted, layer_ticks, new_figure, wrapped
from vitatlas.relations.artifacts import TASK_TITLES, ArtifactSpec, PanelSpec
from vitatlas.relations.figures.das_axes import CHANCE, LEGEND, NAMES
from vitatlas.relations.figures.published_looks import BLUE, LAYOUTS, OURS_LOOK, PUBLISHED_LOOK, Layout
from vitatlas.relations.figures.published_rows import OURS, PUBLISHED, SPLITS, panel_values

COLUMN, KEY_WIDTH, MARGINS = 1.5, 1.2, 0.9  # inches; margins above and below all panels
DOT: dict[str, Any] = OURS_LOOK | {"ls": "", "color": BLUE}
GREY: dict[str, Any] = {"color": "grey-25"}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis that the options name, and of the paper's published numbers.

    Returns:
        Columns panel, model, paper_model, task, setting, source (ours or published), those that tell the curves or
        points apart, layer, depth, value, sd, runs; see `published_rows.panel_values`.

    Raises:
        UserError: A panel lacks numbers, ours or published ones.
    """
    analysis, seen = spec.typed_options.analysis, spec.measured("test_iid")
    frames = [panel_values(table, index, panel, analysis, seen) for index, panel in enumerate(spec.panels)]
    return pd.concat(frames, ignore_index=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    layout = LAYOUTS[spec.typed_options.analysis]
    columns: dict[str, list[int]] = {}
    for index, panel in enumerate(spec.panels):
        columns.setdefault(panel.model, []).append(index)
    tasks = list(dict.fromkeys(panel.task for panel in spec.panels if panel.task))
    rows = list(product(tasks, layout.parts or [""]))
    width, height = COLUMN * len(columns) + KEY_WIDTH, layout.height * len(rows) + MARGINS
    figure = new_figure(width, height, spec.tier_note)
    widths = [*[COLUMN] * len(columns), KEY_WIDTH]
    grid = figure.subplots(len(rows), len(widths), squeeze=False, sharey="row", width_ratios=widths)
    for axes, indices in zip(grid.T, columns.values(), strict=False):
        of_model = values[values["panel"].isin(indices)]
        frames = [_of_row(of_model, task, part) for task, part in rows]
        _column(list(axes), frames, layout, "depth" if _miniature(spec) else "layer")
        _sources(axes[0], spec.panels[indices[0]])
    for axes, (task, part) in zip(grid[:, 0], rows, strict=True):
        heading = f"{TASK_TITLES[task]}, {NAMES[part]}" if part else TASK_TITLES[task]
        axes.set_ylabel(f"{wrapped(heading, 22)}\n{layout.label}".strip())
    _key(grid[:, -1], layout)
    return figure


def _miniature(spec: ArtifactSpec) -> bool:
    """Whether a model of another depth stands in for the paper's."""
    return any(panel.model != panel.paper_model for panel in spec.panels)


def _of_row(values: pd.DataFrame, task: str, part: str) -> pd.DataFrame:
    rows = values[values["task"] == task]
    return rows[rows["property"] == part] if part else rows


def _column(column: list[Axes], frames: list[pd.DataFrame], layout: Layout, along: str) -> None:
    """All panels of one model; the last one that there is has the x axis's labels."""
    drawn = []
    for axes, rows in zip(column, frames, strict=True):
        if rows.empty:
            axes.set_axis_off()
            continue
        if layout.looks:
            _curves(axes, rows, layout, along)
        else:
            _dots(axes, rows)
        drawn.append(axes)
    for axes in drawn[:-1]:
        axes.set_xlabel("")
        axes.tick_params(labelbottom=False)


def _curves(axes: Axes, rows: pd.DataFrame, layout: Layout, along: str) -> None:
    for name, (_, look) in layout.looks.items():
        curve = rows[rows[layout.series] == name].sort_values("layer")
        ours, known = (curve[curve["source"] == source] for source in (OURS, PUBLISHED))
        spread = ours["sd"].astype(float)
        axes.errorbar(ours[along].astype(float), ours["value"], yerr=spread, elinewidth=0.7, **OURS_LOOK | look)
        axes.plot(known[along].astype(float), known["value"], **PUBLISHED_LOOK | look)
    axes.axhline(0.5, zorder=1, **CHANCE)
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    if along == "layer":
        layer_ticks(axes, int(rows["layer"].max()) + 1)
    else:
        axes.set(xlim=(0, 1.05), xlabel="Relative depth")
        axes.set_xticks([0, 0.5, 1], labels=["0", "0.5", "1"])


def _dots(axes: Axes, rows: pd.DataFrame) -> None:
    splits = list(SPLITS)
    ours, known = (rows[rows["source"] == source] for source in (OURS, PUBLISHED))
    spread = 100 * ours["sd"].astype(float)
    axes.errorbar(100 * ours["value"], ours["split"].map(splits.index), xerr=spread, elinewidth=0.7, **DOT)
    axes.plot(100 * known["value"], known["split"].map(splits.index), **PUBLISHED_LOOK | {"ls": "", "color": BLUE})
    axes.axvline(50, zorder=1, **CHANCE)
    axes.set(xlim=(40, 104), ylim=(len(splits) - 0.5, -0.5), xlabel="accuracy, %", xticks=[50, 75, 100])
    axes.set_yticks(range(len(splits)), labels=list(SPLITS.values()))
    axes.grid(axis="y", color="grey-90", lw=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)


def _sources(axes: Axes, panel: PanelSpec) -> None:
    """Above a column, which model is ours and whose numbers were published."""
    ours = f"{panel.title}\n({'miniature' if panel.model != panel.paper_model else OURS})"
    handles = [
        Line2D([], [], label=ours, **OURS_LOOK | GREY),
        Line2D([], [], label=f"{panel.paper_title},\n{PUBLISHED}", **PUBLISHED_LOOK | GREY),
    ]
    look: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1), "borderaxespad": 0.3, "handlelength": 2}
    axes.legend(handles=handles, fontsize=fitted(6.5), **look)


def _key(column: Any, layout: Layout) -> None:
    for axes in column:
        axes.set_axis_off()
    handles = [Line2D([], [], label=label, **OURS_LOOK | look) for label, look in layout.looks.values()]
    column[0].legend(handles=[*handles, Line2D([], [], label="chance", **CHANCE)], **LEGEND)
