"""A drawing of the interchange intervention (figure 3a), with a base and a source image of the real stimuli."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from vitatlas.artifacts.style import QUIET
from vitatlas.relations.figures.das_axes import SHADES
from vitatlas.relations.figures.scheme_images import (
    CELL,
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

WANTED = Wanted("color", "different-to-same", 1, ("base", "source", "edited"))

WIDTH, HEIGHT = 6.8, 1.7  # inches
KEPT, TAKEN = 6, 4  # cells drawn of a vector: outside and inside the subspace
UPPER, LOWER = 1.22, 0.4  # middles of the lanes of the base and of the source image
SIDE = 0.74
OBJECT = {"ec": SHADES["color"][1]}
REST = "grey-86"
BEFORE, AFTER = 2.25, 3.8  # left ends of the vectors before and after


def draw(block: SubFigure, rows: pd.DataFrame) -> None:
    """Draw into `block` the images of `rows`, as `scheme_images.values` chose them."""
    block.suptitle("(a) Interchange intervention on the colour of an object", fontsize=8)
    axes = canvas(block, WIDTH, HEIGHT)
    base, source, edited = (pictures(rows, name)[0] for name in WANTED.pictures)
    for row, middle, name in ((base, UPPER, "base"), (source, LOWER, "source")):
        words(axes, 0.12, middle, name, rotation=90, ha="center")
        show(axes, row, 0.25, middle - SIDE / 2, SIDE, {"object": OBJECT})
        arrow(axes, (1.07, middle), (1.22, middle))
        box(axes, 1.22, middle, 0.8, "layers 0 … ℓ")
        arrow(axes, (2.02, middle), (2.22, middle))
        rest = REST if row is base else "grey-97"
        vector(axes, BEFORE, middle - CELL / 2, [rest] * KEPT + [color_of(row, "object")] * TAKEN)
    _exchange(axes, color_of(source, "object"))
    arrow(axes, (4.83, UPPER), (5.0, UPPER))
    box(axes, 5.0, UPPER, 0.88, "layers ℓ + 1 …")
    arrow(axes, (5.88, UPPER), (6.03, UPPER))
    words(axes, 6.06, UPPER, f"“{LABELS[int(edited.label)]}”", size=8, weight="bold")
    words(axes, 6.06, UPPER + 0.18, "success:", color=QUIET, size=6)
    words(axes, 6.06, UPPER - 0.18, f"not “{LABELS[int(base.label)]}”", color=QUIET, size=6)
    words(axes, 5.9, LOWER, "as if the model\nhad seen", ha="right")
    show(axes, edited, 5.97, LOWER - SIDE / 2, SIDE, {"object": OBJECT})


def _exchange(axes: Axes, taken: tuple[float, ...]) -> None:
    """The exchange in the rotated space: the subspace's coordinates come from the source."""
    ink = OBJECT["ec"]
    inside = BEFORE + KEPT * CELL, BEFORE + (KEPT + TAKEN) * CELL
    words(axes, BEFORE + 0.5, UPPER + 0.3, "the object's tokens,\nrotated", ha="center")
    for middle in (UPPER, LOWER):
        axes.plot(inside, [middle - 0.09] * 2, color=ink, lw=1.2)
    words(axes, inside[1], LOWER - 0.19, "subspace of colour", ha="right", color=ink)
    vector(axes, AFTER, UPPER - CELL / 2, [REST] * KEPT + [taken] * TAKEN)
    words(axes, AFTER + 0.5, UPPER + 0.3, "rotated back into\nthe base image", ha="center")
    arrow(axes, (inside[1] + 0.03, UPPER), (AFTER - 0.02, UPPER))
    target = AFTER + (KEPT + TAKEN / 2) * CELL, UPPER - 0.08
    arrow(axes, (inside[1] + 0.04, LOWER), target, color=ink, lw=1.1, connectionstyle="arc3,rad=0.3")
    words(axes, 4.42, 0.72, "taken from the source", color=ink)
