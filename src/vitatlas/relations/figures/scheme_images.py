"""The parts of drawings of methods: example images, vectors as rows of cells, boxes and arrows.

Drawings use one set of axes measured in inches, so that nothing moves when the rest of the figure does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from vitatlas.artifacts import drawing
from vitatlas.artifacts.pixels import pixels
from vitatlas.errors import UserError
from vitatlas.relations.artifacts import ArtifactSpec

COLUMNS = ["property", "direction", "example", "picture", "label", "png"]
COLUMNS += ["left", "top", "partner_left", "partner_top", "box"]
SMALL = 7  # points, of the text
CELL = 0.1  # inches, of one coordinate of a vector


@dataclass(frozen=True)
class Wanted:
    """Which examples a drawing shows: `count` of one property and direction, each with these pictures."""

    property: str
    direction: str
    count: int
    pictures: tuple[str, ...]


def values(table: pd.DataFrame, spec: ArtifactSpec, *wanted: Wanted) -> pd.DataFrame:
    """The images drawn, those of the first panel's task: rows of part "scheme".

    Args:
        table: Rows of example images of counterfactuals: task, setting, property, direction, example, picture, png and
            the place of the object that matters (left, top) and of its partner, upper left pixels of boxes.
        spec: The figure.
        wanted: Which of them.

    Raises:
        UserError: There are too few.
    """
    return pd.concat([_chosen(table, spec, examples) for examples in wanted], ignore_index=True)


def _chosen(table: pd.DataFrame, spec: ArtifactSpec, wanted: Wanted) -> pd.DataFrame:
    panel = spec.panels[0]
    rows = table if "picture" in table else table.assign(picture=None)
    rows = rows[rows["picture"].isin(wanted.pictures) & (rows["task"] == panel.task)]
    rows = rows[rows["setting"] == panel.setting]
    if not rows.empty:
        rows = rows[(rows["property"] == wanted.property) & (rows["direction"] == wanted.direction)]
    chosen = rows[rows["example"].isin(rows["example"].drop_duplicates().head(wanted.count))] if len(rows) else rows
    if len(chosen) < wanted.count * len(wanted.pictures):
        raise UserError(
            f"the drawing of the method in {spec.artifact} needs {wanted.count} example(s) of counterfactuals of "
            f"{wanted.property}, {wanted.direction}; the tables have too few",
            remedy="delete the table of counterfactual examples of this task and make it again",
        )
    return chosen[COLUMNS].assign(part="scheme").reset_index(drop=True)


def above(figure: Figure, scheme: float, panels: float) -> tuple[SubFigure, SubFigure]:
    """Two blocks of these heights: one for the drawing, and below it one for the panels."""
    blocks: Any = figure.subfigures(2, 1, height_ratios=[scheme, panels])
    return blocks[0], blocks[1]


def pictures(rows: pd.DataFrame, name: str) -> list[Any]:
    """The chosen pictures of one kind, as objects with the columns as attributes."""
    return list(rows[rows["picture"] == name].itertuples())


def canvas(block: SubFigure, width: float, height: float) -> Axes:
    """Empty axes measured in inches."""
    return drawing.canvas(block, width, height, share=0.9)


def show(axes: Axes, row: Any, x: float, y: float, side: float, frames: dict[str, Any]) -> None:
    """A picture with its lower left corner at (x, y); `frames` are looks of frames, by "object" and "partner"."""
    image = pixels(row.png)
    limits = axes.get_xlim(), axes.get_ylim()
    axes.imshow(image, extent=(x, x + side, y, y + side), interpolation="none", zorder=1)
    axes.set(xlim=limits[0], ylim=limits[1])
    axes.add_patch(Rectangle((x, y), side, side, fill=False, ec="grey-60", lw=0.5, zorder=1.5))
    scale = side / len(image)
    for which, look in frames.items():
        left, top = corner(row, which)
        place = x + left * scale, y + side - (top + row.box) * scale
        size = row.box * scale
        axes.add_patch(Rectangle(place, size, size, fill=False, **{"lw": 1.1, "zorder": 2, **look}))


def corner(row: Any, which: str) -> tuple[float, float]:
    """The upper left pixel of the box of the "object" that matters, or of its "partner"."""
    return (row.left, row.top) if which == "object" else (row.partner_left, row.partner_top)


def crop(row: Any, which: str) -> np.ndarray:
    """The pixels in the box of the "object" that matters, or of its "partner": uint8 [box, box, 3]."""
    left, top = (int(value) for value in corner(row, which))
    return pixels(row.png)[top : top + int(row.box), left : left + int(row.box)]


def color_of(row: Any, which: str) -> tuple[float, ...]:
    """The mean color of an object, RGB in [0, 1]."""
    inside = crop(row, which).reshape(-1, 3)
    colored = inside[(inside < 255).any(axis=1)]
    return tuple(colored.mean(axis=0) / 255) if len(colored) else (0.5, 0.5, 0.5)


def vector(axes: Axes, x: float, y: float, cells: Sequence[Any], size: float = CELL, edge: str = "grey-30") -> None:
    """A row of cells of this size in these colors, from (x, y); a pair of colors splits a cell."""
    for number, fill in enumerate(cells):
        left = x + number * size
        first, second = fill if isinstance(fill, list) else (fill, None)
        axes.add_patch(Rectangle((left, y), size, size, fc=first, ec=edge, lw=0.5, zorder=2))
        if second is not None:
            axes.fill([left + size, left + size, left], [y, y + size, y + size], fc=second, ec=edge, lw=0.5, zorder=2.5)


def box(axes: Axes, x: float, y: float, width: float, text: str, height: float = 0.3) -> None:
    """A rounded box around centered text, its left edge's middle at (x, y)."""
    look = {"boxstyle": "round,pad=0,rounding_size=0.06", "lw": 0.6}
    drawing.box(axes, (x + width / 2, y), (width, height), text, **look)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], **look: Any) -> None:
    """A small arrow, in front of boxes."""
    drawing.arrow(axes, start, end, **{"zorder": 3, **look})


def words(axes: Axes, x: float, y: float, text: str, size: float = SMALL, **look: Any) -> None:
    """Small text, centered in height."""
    drawing.words(axes, (x, y), text, size, **look)
