"""A drawing of the interchange intervention on shape and on colour (figure 3a), with images of the real stimuli."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from vitatlas.artifacts.style import COLUMN
from vitatlas.relations.figures.das_axes import NAMES, SHADES
from vitatlas.relations.figures.scheme_images import (
    Wanted,
    arrow,
    box,
    canvas,
    color_of,
    pictures,
    show,
    vector,
    words,
)
from vitatlas.relations.figures.stimuli import LABELS

WANTED = tuple(
    Wanted(name, "different-to-same", 1, ("base", "source", "edited")) for name in ("shape", "color")
)  # one lane each

WIDTH, HEIGHT = COLUMN, 1.95  # inches
LANES = {"shape": 1.25, "color": 0.4}  # middles
SIDE, CELL = 0.62, 0.085
REST, PART = 3, 3  # cells drawn of a vector: outside both subspaces, and inside either
BEFORE, AFTER = 2.34, 3.5  # left ends of the vectors before and after
APART = 0.2  # from a lane's middle to the base's vector above it and the source's below
GREY = "grey-86"


def draw(block: SubFigure, rows: pd.DataFrame) -> None:
    """Draw into `block` the images of `rows`, as `scheme_images.values` chose them."""
    block.suptitle("(a) Interchange interventions on the shape and on the colour of an object", fontsize=8)
    axes = canvas(block, WIDTH, HEIGHT)
    heads = {0.5: "base", 1.19: "source", 2.72: "the object's tokens,\nrotated", 3.88: "exchanged,\nrotated back"}
    for x, text in heads.items():
        words(axes, x, 1.76, text, ha="center")
    words(axes, 5.15, 1.76, "answers as\nif it saw", ha="center")
    for name, middle in LANES.items():
        _lane(axes, rows[rows["property"] == name], name, middle)


def _lane(axes: Axes, rows: pd.DataFrame, name: str, middle: float) -> None:
    """The intervention on one property."""
    ink = SHADES[name][1]
    base, source, edited = (pictures(rows, picture)[0] for picture in ("base", "source", "edited"))
    words(axes, 0.08, middle, NAMES[name], rotation=90, ha="center", color=ink, weight="bold")
    for row, x in ((base, 0.19), (source, 0.88)):
        show(axes, row, x, middle - SIDE / 2, SIDE, {"object": {"ec": ink}})
    arrow(axes, (1.53, middle), (1.65, middle))
    box(axes, 1.65, middle, 0.5, "layers\n0 … ℓ", height=0.36)
    arrow(axes, (2.15, middle), (2.29, middle))
    own, other = _cells(base, base), _cells(source, source)
    vector(axes, BEFORE, middle + APART - CELL / 2, own["rest"] + own["shape"] + own["color"], size=CELL)
    vector(axes, BEFORE, middle - APART - CELL / 2, other["rest"] + other["shape"] + other["color"], size=CELL)
    new = own | {name: other[name]}
    vector(axes, AFTER, middle + APART - CELL / 2, new["rest"] + new["shape"] + new["color"], size=CELL)
    _exchange(axes, name, middle)
    arrow(axes, (AFTER + 9 * CELL + 0.03, middle + APART), (4.4, middle + 0.06))
    box(axes, 4.4, middle, 0.42, "layers\nℓ + 1 …", height=0.36)
    arrow(axes, (4.82, middle), (4.9, middle))
    show(axes, edited, 4.93, middle - 0.36, 0.46, {"object": {"ec": ink}})
    words(axes, 5.16, middle + 0.22, f"“{LABELS[int(edited.label)]}”", size=8, weight="bold", ha="center")


def _cells(shape: Any, color: Any) -> dict[str, list[Any]]:
    """The cells of an object's vector: outside the subspaces, of shape (its place among the shapes drawn, as a shade of
    blue), of colour (the object's own)."""
    shade = SHADES["shape"][0 if shape.picture == "source" else 2]
    return {"rest": [GREY] * REST, "shape": [shade] * PART, "color": [color_of(color, "object")] * PART}


def _exchange(axes: Axes, name: str, middle: float) -> None:
    """The part that is taken from the source: the cells of one subspace."""
    ink, place = SHADES[name][1], REST + PART * (name == "color")
    left, right = BEFORE + place * CELL, BEFORE + (place + PART) * CELL
    for height in (middle + APART, middle - APART):
        axes.plot([left, right], [height - CELL / 2 - 0.035] * 2, color=ink, lw=1.2)
    end = BEFORE + 9 * CELL
    arrow(axes, (end + 0.03, middle + APART), (AFTER - 0.03, middle + APART))
    target = AFTER + (place + PART / 2) * CELL, middle + APART - CELL / 2 - 0.02
    arrow(axes, (end + 0.03, middle - APART), target, color=ink, lw=1.1, connectionstyle="arc3,rad=0.25")
    words(axes, BEFORE, middle - APART - 0.17, f"subspace of {NAMES[name]}", color=ink)
