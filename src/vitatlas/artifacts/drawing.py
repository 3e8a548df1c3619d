"""The parts of drawings that are measured in inches, so that nothing moves when the rest of a figure does: empty axes,
boxes, arrows, words and vectors as rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from vitatlas.artifacts.style import SMALLEST, fitted

Point = tuple[float, float]


def canvas(block: Figure | SubFigure, width: float, height: float, *, share: float = 1) -> Axes:
    """Empty axes measured in inches, over the lower share of a block: above it is room for a title."""
    axes = block.add_axes((0, 0, 1, share))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal", autoscale_on=False)
    return axes


def box(axes: Axes, middle: Point, size: Point, text: str, **look: Any) -> None:
    """A rounded box of this width and height around its middle, with text."""
    (x, y), (width, height) = middle, size
    style = {"boxstyle": "round,pad=0,rounding_size=0.05", "fc": "grey-94", "ec": "grey-40", "lw": 0.7, "zorder": 2}
    axes.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, **{**style, **look}))
    words(axes, middle, text, ha="center")


def arrow(axes: Axes, start: Point, end: Point, **look: Any) -> None:
    """A small arrow."""
    plain = {"arrowstyle": "-|>", "mutation_scale": 6, "lw": 0.7, "color": "grey-25", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(start, end, **{**plain, "zorder": 1, **look}))


def words(axes: Axes, place: Point, text: str, size: float = SMALLEST, **look: Any) -> None:
    """Small text, centered in height."""
    axes.text(*place, text, **{"va": "center", "ha": "left", "zorder": 4, **look, "fontsize": fitted(size)})


def cells(axes: Axes, corner: Point, fills: Sequence[Any], size: float) -> None:
    """A vector: a row of square cells in these colors from its lower left corner."""
    x, y = corner
    for number, fill in enumerate(fills):
        axes.add_patch(Rectangle((x + number * size, y), size, size, fc=fill, ec="grey-30", lw=0.5, zorder=2))
