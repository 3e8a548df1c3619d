"""The left half of figure 1: a drawing of the way from a picture to texts for components, in three steps."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from vitatlas.artifacts.drawing import Point, arrow, box, cells, words
from vitatlas.artifacts.pixels import pixels
from vitatlas.artifacts.style import QUIET

WIDTH, HEIGHT = 2.35, 4.1  # inches
CELL, OWN, TEXTS = 0.1, 4, 5
"""Inches, of a coordinate; how many are drawn of a vector in the model's own space, and in that of texts."""

LEFT, RIGHT = 0.62, 1.62  # inches, of the vectors before and behind the maps
ROWS: list[tuple[str, str, Any]] = [
    ("start", "c_0", "grey-60"),
    ("head", "c_1", "shape-1"),
    ("head", "c_2", "shape-2"),
    ("MLP", "c_3", "color-2"),
]
"""Components that stand for all: kind, vector, color."""

TOP, STEP = 2.72, 0.25  # of the first component, and between components
SUM, TEXT = 1.5, 0.72  # heights of the sum, and of the text


def draw(axes: Axes, png: bytes) -> None:
    """Draw into axes of `WIDTH` × `HEIGHT` inches, with this picture."""
    _encoder(axes, png)
    _components(axes)
    _alignment(axes)
    _text(axes)


def _encoder(axes: Axes, png: bytes) -> None:
    y, side = 3.52, 0.56
    axes.imshow(pixels(png), extent=(0.08, 0.08 + side, y - side / 2, y + side / 2), interpolation="none", zorder=1)
    axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    arrow(axes, (0.68, y), (0.84, y))
    box(axes, (1.17, y), (0.66, 0.3), "encoder")
    arrow(axes, (1.5, y), (RIGHT - 0.04, y))
    cells(axes, (RIGHT, y - CELL / 2), ["grey-86"] * OWN, CELL)
    words(axes, (RIGHT + (OWN + 0.7) * CELL, y), "$z$")


def _components(axes: Axes) -> None:
    _step(axes, 3.06, "1", "decompose: $z = \\Sigma_i \\, c_i$, exactly")
    for number, (kind, name, color) in enumerate(ROWS):
        y = TOP - number * STEP
        words(axes, (0.08, y), kind, color=QUIET)
        cells(axes, (LEFT, y - CELL / 2), [color] * OWN, CELL)
        words(axes, (LEFT - 0.19, y), f"${name}$")


def _alignment(axes: Axes) -> None:
    for number, (_, _, color) in enumerate(ROWS):
        y = TOP - number * STEP
        arrow(axes, (LEFT + OWN * CELL + 0.04, y), (RIGHT - 0.04, y))
        box(axes, ((LEFT + OWN * CELL + RIGHT) / 2, y), (0.24, 0.18), f"$f_{number}$", fc="page")
        cells(axes, (RIGHT, y - CELL / 2), [color] * TEXTS, CELL)
    middle = RIGHT + TEXTS * CELL / 2
    arrow(axes, (middle, TOP - len(ROWS) * STEP + 0.16), (middle, SUM + 0.1))
    cells(axes, (RIGHT, SUM - CELL / 2), ["green-hue"] * TEXTS, CELL)
    _step(axes, SUM, "2", "align: $\\Sigma_i f_i(c_i)$ points\n    where CLIP's own\n    vector does")


def _text(axes: Axes) -> None:
    box(axes, (0.5, TEXT), (0.74, 0.3), "“striped”")
    arrow(axes, (0.89, TEXT), (1.0, TEXT))
    box(axes, (1.24, TEXT), (0.42, 0.3), "CLIP")
    arrow(axes, (1.47, TEXT), (RIGHT - 0.04, TEXT))
    cells(axes, (RIGHT, TEXT - CELL / 2), ["violet-hue"] * TEXTS, CELL)
    words(axes, (RIGHT + (TEXTS + 0.5) * CELL, TEXT), "$y$")
    _step(axes, 1.1, "3", "text: which $f_i(c_i)$ follow $y$?")
    words(axes, (0.08, 0.3), "pictures and tokens of such $c_i$: right", color=QUIET)


def _step(axes: Axes, y: float, number: str, text: str) -> None:
    place: Point = (0.08, y)
    words(axes, place, f"{number}  {text}", weight="bold")
