"""A drawing of how novel representations are made and used (figure 4a), with images of the real stimuli."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from vitatlas.artifacts.style import QUIET
from vitatlas.relations.figures.das_axes import SHADES
from vitatlas.relations.figures.scheme_images import (
    Wanted,
    arrow,
    box,
    canvas,
    color_of,
    crop,
    pictures,
    show,
    vector,
    words,
)
from vitatlas.relations.figures.stimuli import LABELS

WANTED = Wanted("color", "different-to-same", 2, ("base", "source", "edited"))

WIDTH, HEIGHT = 5.5, 1.75  # inches
CELLS, CELL = 6, 0.08  # inches, of one
LANES = (1.45, 1.05, 0.65, 0.25)  # middles
SIDE, OBJECT_SIDE = 0.76, 0.3
INK = SHADES["color"][1]


def draw(block: SubFigure, rows: pd.DataFrame) -> None:
    """Draw into `block` the images of `rows`, as `scheme_images.values` chose them."""
    block.suptitle("(a) Novel vectors in the subspace of colour", fontsize=8)
    axes = canvas(block, WIDTH, HEIGHT)
    sources = pictures(rows, "source")
    first, second = (np.array(color_of(row, "object")) for row in sources)
    for row, middle, name in zip(sources, (1.3, 0.8), ("i", "j"), strict=True):
        axes.imshow(crop(row, "object"), extent=_square(0.1, middle, OBJECT_SIDE), interpolation="none", zorder=1)
        axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
        axes.plot(*_outline(0.1, middle, OBJECT_SIDE), color="grey-60", lw=0.5)
        arrow(axes, (0.42, middle), (0.53, middle))
        vector(axes, 0.55, middle - CELL / 2, [color_of(row, "object")] * CELLS, size=CELL)
        words(axes, 1.06, middle, f"$e_{name}$")
    words(axes, 0.1, 0.35, "what images put\ninto the subspace", color=QUIET)
    for middle, (name, formula, cells) in zip(LANES, _recipes(first, second), strict=True):
        words(axes, 1.25, middle, name, weight="bold")
        words(axes, 2.06, middle, formula)
        vector(axes, 2.95, middle - CELL / 2, cells, size=CELL)
        arrow(axes, (3.45, middle), (3.56, 0.85), color=INK)
    _use(axes, rows)


def _recipes(first: np.ndarray, second: np.ndarray) -> list[tuple[str, str, list[Any]]]:
    """Name, formula and cells of each method."""
    rng = np.random.default_rng(0)
    middle = (first + second) / 2
    sampled = [tuple(np.clip(middle + rng.normal(0, 0.2, 3), 0, 1)) for _ in range(CELLS)]
    noise = [str(round(value, 2)) for value in rng.uniform(0.2, 0.95, CELLS)]
    return [
        ("added", "$e_i + e_j$", [[tuple(first), tuple(second)]] * CELLS),
        ("interpolated", "½ ($e_i + e_j$)", [tuple(middle)] * CELLS),
        ("sampled", "normal, as all $e$", sampled),
        ("random", "normal (0, 1)", noise),
    ]


def _use(axes: Axes, rows: pd.DataFrame) -> None:
    base, edited = pictures(rows, "base")[0], pictures(rows, "edited")[0]
    look = {"ec": INK}
    show(axes, base, 3.58, 0.85 - SIDE / 2, SIDE, {"object": look, "partner": look})
    words(axes, 3.58, 1.42, "into both objects,\nat layer ℓ")
    words(axes, 3.58, 0.25, "one vector: same\ntwo vectors: different", color=QUIET)
    arrow(axes, (4.36, 0.85), (4.46, 0.85))
    box(axes, 4.46, 0.85, 0.48, "layers\nℓ + 1 …", height=0.36)
    arrow(axes, (4.94, 0.85), (5.02, 0.85))
    words(axes, 5.03, 0.85, f"“{LABELS[int(edited.label)]}”", size=8, weight="bold")


def _square(x: float, middle: float, side: float) -> tuple[float, float, float, float]:
    return x, x + side, middle - side / 2, middle + side / 2


def _outline(x: float, middle: float, side: float) -> tuple[list[float], list[float]]:
    left, right, low, high = _square(x, middle, side)
    return [left, right, right, left, left], [low, low, high, high, low]
