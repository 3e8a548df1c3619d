"""A drawing of the feed-forward layer: bars as wide as what they stand for, and the places where features are read."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from vitatlas.artifacts.drawing import Point, arrow, box, words
from vitatlas.artifacts.style import SMALLEST

NARROW, WIDE = 0.42, 1.68  # inches: D, and four times as much
HEIGHT = 3.05
BAR = 0.16
STREAM = -1.12
"""Where the residual stream runs, in inches from the middle of the branch."""

Look = dict[str, Any]
PLAIN: Look = {"fc": "grey-94", "ec": "grey-40"}
LINEAR: Look = {"fc": "shape-3", "ec": "blue-hue", "lw": 0.7}
BENT: Look = {"fc": "color-3", "ec": "orange-hue"}
FEATURES: Look = {"fc": "color-2", "ec": "orange-hue", "lw": 1.2}

PLACES = {"mlp.pre": 1.12, "mlp.act": 1.8, "mlp.out": 2.55}
"""The height of each bar, in inches from the foot of the drawing, by the site that reads it."""
INPUT, GELU, SUM = 0.42, 1.46, 2.88
"""Heights of the input's bar, of the non-linearity, and of where the branch joins the stream."""


def scheme(axes: Axes, middle: float, foot: float) -> None:
    """Draw the layer upwards from `foot`, its branch around the line x = `middle`; it takes `HEIGHT` inches, from
    `STREAM` to half of `WIDE` beside that line."""
    _bar(axes, (middle, foot + INPUT), NARROW, "D")
    _linear(axes, middle, foot + INPUT, foot + PLACES["mlp.pre"], (NARROW, WIDE), "linear, D → 4D")
    _bar(axes, (middle, foot + PLACES["mlp.pre"]), WIDE, "4D")
    arrow(axes, (middle, foot + PLACES["mlp.pre"] + BAR / 2), (middle, foot + GELU - 0.12))
    box(axes, (middle, foot + GELU), (0.62, 0.24), "GELU", **BENT)
    arrow(axes, (middle, foot + GELU + 0.12), (middle, foot + PLACES["mlp.act"] - BAR / 2))
    _bar(axes, (middle, foot + PLACES["mlp.act"]), WIDE, "4D features", **FEATURES)
    _linear(axes, middle, foot + PLACES["mlp.act"], foot + PLACES["mlp.out"], (WIDE, NARROW), "linear, 4D → D")
    _bar(axes, (middle, foot + PLACES["mlp.out"]), NARROW, "D")
    _stream(axes, middle, foot)


def _bar(axes: Axes, middle: Point, width: float, text: str, **look: Any) -> None:
    box(axes, middle, (width, BAR), text, **{**PLAIN, **look})


def _linear(axes: Axes, x: float, low: float, high: float, widths: tuple[float, float], text: str) -> None:
    """The lines from one bar to another, as the area between them."""
    (below, above), bottom, top = widths, low + BAR / 2 + 0.02, high - BAR / 2 - 0.02
    corners = [(x - below / 2, bottom), (x + below / 2, bottom), (x + above / 2, top), (x - above / 2, top)]
    axes.add_patch(Polygon(corners, closed=True, zorder=1, **LINEAR))
    words(axes, (x, (bottom + top) / 2), text, ha="center")


def _stream(axes: Axes, middle: float, foot: float) -> None:
    """The residual stream beside the branch, which is normalised at its entry and added at its end."""
    x, start, end = middle + STREAM, foot + 0.12, foot + SUM
    arrow(axes, (x, foot), (x, foot + HEIGHT))
    axes.plot([x, middle], [start, start], color="grey-25", lw=0.7, zorder=1)
    box(axes, ((x + middle) / 2, start), (0.5, 0.2), "norm", **PLAIN)
    arrow(axes, (middle, start), (middle, foot + INPUT - BAR / 2))
    axes.plot([middle, middle], [foot + PLACES["mlp.out"] + BAR / 2, end], color="grey-25", lw=0.7, zorder=1)
    arrow(axes, (middle, end), (x + 0.09, end))
    axes.plot(x, end, "o", ms=10, color="blue-hue", mfc="shape-3", mew=0.8, zorder=3)
    words(axes, (x, end), "+", size=SMALLEST + 1.5, ha="center")
