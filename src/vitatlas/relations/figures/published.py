"""The published numbers and ours (not in the paper): models as columns; tasks, and what else there is, as rows.

The paper's models have both on one axis. Miniatures that stand in for them have rows of their own, and the published
numbers others: they can be compared in order and shape, not in value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, layer_ticks, new_figure, wrapped
from vitatlas.relations.artifacts import SEEN, TASK_TITLES, ArtifactSpec, PanelSpec, Task
from vitatlas.relations.chance import PART
from vitatlas.relations.figures.das_axes import CHANCE, NAMES
from vitatlas.relations.figures.note import note_above
from vitatlas.relations.figures.published_looks import BLUE, LAYOUTS, OURS_LOOK, PUBLISHED_LOOK, Layout
from vitatlas.relations.figures.published_rows import NUMBER, OURS, PUBLISHED, SPLITS, panel_values
from vitatlas.relations.figures.reasons import chance_line, say

WIDEST, MARGINS = 1.4, 1.2  # inches; above and below all panels
DOT: dict[str, Any] = OURS_LOOK | {"ls": "", "color": BLUE}
GREY: dict[str, Any] = {"color": "grey-25"}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analyses that the options name and of behaviour, and of the paper's published numbers.

    Returns:
        Columns panel, model, paper_model, task, setting, source (ours or published), part, those that tell the curves
        or points apart, layer, value, sd, runs, shared_below; see `published_rows.panel_values`.

    Raises:
        UserError: A panel lacks numbers, ours or published ones.
    """
    analysis, seen = spec.typed_options.analysis, spec.measured(SEEN)
    frames = [panel_values(table, index, panel, analysis, seen) for index, panel in enumerate(spec.panels)]
    return pd.concat(frames, ignore_index=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    layout = LAYOUTS[spec.typed_options.analysis]
    columns: dict[str, list[int]] = {}
    for index, panel in enumerate(spec.panels):
        columns.setdefault(panel.model, []).append(index)
    tasks = list(dict.fromkeys(panel.task for panel in spec.panels if panel.task))
    sources = ([OURS], [PUBLISHED]) if _miniature(spec) else ([OURS, PUBLISHED],)
    rows = [Row(*row) for row in product(tasks, layout.parts or ("",), sources)]
    width = min(WIDEST, COLUMN / len(columns))
    figure = new_figure(width * len(columns), layout.height * len(rows) + MARGINS, note_above(values, spec))
    grid = figure.subplots(len(rows), len(columns), squeeze=False, sharey="row")
    for column, indices in zip(grid.T, columns.values(), strict=True):
        of_model = values[values["panel"].isin(indices)]
        for axes, row in zip(column, rows, strict=True):
            _panel(axes, row.of(of_model), layout, width)
        _heading(column[0], spec.panels[indices[0]], 13 * width)
    for axes, row in zip(grid[:, 0], rows, strict=True):
        axes.set_ylabel(f"{row.name(_miniature(spec))}\n{layout.label}".strip())
    _key(figure, layout, alone=_miniature(spec))
    return figure


@dataclass(frozen=True)
class Row:
    """One row of panels: a task, a property where the layout has parts, and whose numbers."""

    task: Task
    part: str
    sources: list[str]

    def of(self, values: pd.DataFrame) -> pd.DataFrame:
        """The values of the row."""
        rows = values[(values["task"] == self.task) & values["source"].isin(self.sources)]
        return rows[(rows["property"] == self.part) | (rows["part"] == PART)] if self.part else rows

    def name(self, miniature: bool) -> str:
        """The row in words."""
        source = {OURS: "miniature", PUBLISHED: PUBLISHED}[self.sources[0]] if miniature else ""
        part = NAMES[self.part] if self.part else ""
        return wrapped(", ".join(filter(None, [TASK_TITLES[self.task], part, source])), 22)


def _miniature(spec: ArtifactSpec) -> bool:
    """Whether another model stands in for the paper's: its numbers and the published ones never share an axis."""
    return any(panel.model != panel.paper_model for panel in spec.panels)


def _panel(axes: Axes, rows: pd.DataFrame, layout: Layout, width: float) -> None:
    """One panel of so many inches; without numbers, why."""
    reason = chance_line(rows)
    numbers = rows[rows["part"] == NUMBER]
    if numbers.empty and reason is None:
        axes.set_axis_off()
        return
    if layout.looks:
        _curves(axes, numbers, layout)
    else:
        _dots(axes, numbers)
    if reason is not None and layout.looks:
        say(axes, reason, width - 0.25)
    elif reason is not None:
        say(axes, PART, width, x=0.65)  # beside the dots, which stand there


def _curves(axes: Axes, rows: pd.DataFrame, layout: Layout) -> None:
    for name, (_, look) in layout.looks.items():
        curve = rows[rows[layout.series] == name].sort_values("layer")
        ours, known = (curve[curve["source"] == source] for source in (OURS, PUBLISHED))
        spread = ours["sd"].astype(float)
        axes.errorbar(ours["layer"].astype(float), ours["value"], yerr=spread, elinewidth=0.7, **OURS_LOOK | look)
        axes.plot(known["layer"].astype(float), known["value"], **PUBLISHED_LOOK | look)
    axes.axhline(0.5, zorder=1, **CHANCE)
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    if rows.empty:
        axes.set_xticks([])
    else:
        layer_ticks(axes, int(rows["layer"].max()) + 1)


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


def _heading(axes: Axes, panel: PanelSpec, letters: float) -> None:
    """Above a column, which model is ours and whose numbers were published."""
    names = [panel.title] if panel.model == panel.paper_model else [panel.title, f"for {panel.paper_title}"]
    axes.set_title("\n".join(wrapped(name, letters) for name in names))


def _key(figure: Figure, layout: Layout, alone: bool) -> None:
    """The meaning of lines and marks.

    Args:
        alone: Whether a panel has ours or published numbers alone.
    """
    series = [Line2D([], [], label=label, **OURS_LOOK | look) for label, look in layout.looks.values()]
    marks = [
        Line2D([], [], label="the miniature" if alone else OURS, **OURS_LOOK | GREY),
        Line2D([], [], label=PUBLISHED, **PUBLISHED_LOOK | GREY),
    ]
    handles = [*series, *marks, Line2D([], [], label="chance", **CHANCE)]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, handlelength=2, labelspacing=0.25)
