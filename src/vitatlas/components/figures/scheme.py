"""A drawing of the rule that takes a representation apart, on a block of attention and MLP (figure 6).

The rule is that of the paper's algorithms 1 and 2; beside it stands how exact its result is on one encoder.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import Point, arrow, box, canvas, words
from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, QUIET, new_figure
from vitatlas.components.artifacts import ArtifactSpec

COLUMNS = ["model", "title", "policy", "layernorm", "precision", "error", "pictures"]
UNIFORM = "uniform"

HEIGHT, NOTE = 4.55, 0.3  # inches; of the drawing, and of the note above
STREAM, BRANCH, SIDE = 0.35, 1.3, 2.3  # inches from the left: the residual stream, branches, queries and keys
RULE = 3.05
SIZE = (0.82, 0.24)  # of a box

Look = dict[str, Any]
LINEAR: Look = {"fc": "shape-3", "ec": "blue-hue"}
NONLINEAR: Look = {"fc": "color-3", "ec": "orange-hue"}
REDUCING: Look = {"fc": "shape-3", "ec": "green-hue", "lw": 2.2}
UNREACHED: Look = {"fc": "page", "ec": "grey-60", "ls": "--"}

BOXES: dict[str, tuple[Point, str, Look]] = {
    "norm 1": ((BRANCH, 0.45), "norm", UNREACHED),
    "v": ((BRANCH, 0.98), "linear (V)", LINEAR),
    "qk": ((SIDE, 0.98), "linear (Q, K)", UNREACHED),
    "softmax": ((SIDE, 1.42), "softmax", NONLINEAR),
    "product": ((BRANCH, 1.42), "A · V", REDUCING),
    "heads": ((BRANCH, 1.86), "join heads", REDUCING),
    "output": ((BRANCH, 2.3), "linear", LINEAR),
    "norm 2": ((BRANCH, 2.76), "norm", UNREACHED),
    "in": ((BRANCH, 3.12), "linear", UNREACHED),
    "gelu": ((BRANCH, 3.48), "GELU", NONLINEAR),
    "out": ((BRANCH, 3.92), "linear", LINEAR),
}
WALKED = [("v", "product"), ("softmax", "product"), ("product", "heads"), ("heads", "output"), ("gelu", "out")]
BEHIND = [("norm 1", "v"), ("norm 1", "qk"), ("qk", "softmax"), ("norm 2", "in"), ("in", "gelu")]
"""Edges that the walk takes, and those behind the places where it stops."""

SUMS = {"output": (STREAM, 2.3), "out": (STREAM, 3.92)}
"""Where a branch is added to the stream, by the box that it ends with."""

TENSORS: dict[str, Point] = {
    "z": (STREAM + 0.09, 4.3),
    "z_1": (0.72, 4.02),
    "z_2": (STREAM + 0.09, 3.12),
    "z_3": (BRANCH + 0.07, 3.7),
    "z_4": (0.72, 2.4),
    "z_5": (STREAM + 0.09, 1.42),
    "z_6": (BRANCH + 0.07, 2.08),
    "z_7": (BRANCH + 0.07, 1.64),
    "z_8": (BRANCH + 0.07, 1.2),
    "z_9": (1.76, 1.52),
    "z_{10}": (BRANCH + 0.07, 0.71),
    "z_{11}": (SIDE + 0.07, 1.2),
    "z_{12}": (BRANCH + 0.07, 3.3),
}
RULES: list[tuple[Look | None, str]] = [
    (NONLINEAR, "nonlinear, or the walk ends:\nits value, as one entry"),
    (LINEAR, "linear: applied to each entry of\nits input; its bias shared equally"),
    (REDUCING, "linear, over heads or tokens: each\nentry is split along them first"),
    (None, "sum: the entries of both sides;\nproduct: all pairs of them"),
    (UNREACHED, "never reached: no entry passes\ntwo layers' branches"),
]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The errors that the drawing names: `COLUMNS`, the largest over pictures and runs, by the rule's own policy.

    Args:
        table: Rows of the analysis `exactness`.
        spec: The figure; errors are those of the first panel.
    """
    panel = spec.panels[0]
    rows = rows_where(table, {"model": panel.model, "quantity": "sum", "policy": UNIFORM})
    grouped = rows.groupby(["policy", "layernorm", "precision"], sort=False)
    found = grouped.agg(error=("value", "max"), pictures=("picture", "nunique")).reset_index()
    return found.assign(model=panel.model, title=panel.title)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    figure = new_figure(COLUMN, HEIGHT + NOTE, spec.tier_note)
    figure.set_layout_engine("none")  # places are given
    axes = canvas(figure, COLUMN, HEIGHT, share=HEIGHT / (HEIGHT + NOTE))
    _graph(axes)
    _rule(axes)
    _result(axes, values)
    return figure


def _graph(axes: Axes) -> None:
    """The block, from its input below to its output above."""
    words(axes, (0.1, 0.08), "from the block before", color=QUIET)
    arrow(axes, (STREAM, 0.17), (STREAM, 4.42))
    for middle, text, look in BOXES.values():
        box(axes, middle, SIZE, text, **look)
    for start, end in WALKED:
        _edge(axes, start, end)
    for start, end in BEHIND:
        _edge(axes, start, end, ls="--", color="grey-60")
    for norm in ("norm 1", "norm 2"):
        y = BOXES[norm][0][1]
        arrow(axes, (STREAM, y), (BRANCH - SIZE[0] / 2, y), ls="--", color="grey-60")
    for last, (x, y) in SUMS.items():
        arrow(axes, (BOXES[last][0][0] - SIZE[0] / 2, y), (x + 0.09, y))
        axes.plot(x, y, "o", ms=11, color="blue-hue", mfc="shape-3", mew=0.8, zorder=3)
        words(axes, (x, y), "+", size=9, ha="center")
    for name, place in TENSORS.items():
        words(axes, place, f"${name}$", size=8)


def _edge(axes: Axes, start: str, end: str, **look: Any) -> None:
    """An arrow between two boxes: upwards, or to the side where they stand beside one another."""
    (x, y), (to_x, to_y) = BOXES[start][0], BOXES[end][0]
    width, height = SIZE[0] / 2, SIZE[1] / 2
    if y == to_y:
        arrow(axes, (x - width, y), (to_x + width, to_y), **look)
    else:
        arrow(axes, (x, y + height), (to_x, to_y - height), **look)


def _rule(axes: Axes) -> None:
    """The rule, in words, beside the looks of the boxes."""
    words(axes, (RULE, 4.38), "The rule", size=8, weight="bold")
    intro = "Walk back from z. Each node gives a list\nof entries that sum to its value:"
    words(axes, (RULE, 4.1), intro)
    for number, (look, text) in enumerate(RULES):
        y = 3.72 - 0.37 * number
        if look is None:
            axes.plot(RULE + 0.13, y, "o", ms=8, color="blue-hue", mfc="shape-3", mew=0.8, zorder=3)
            words(axes, (RULE + 0.13, y), "+", ha="center")
        else:
            box(axes, (RULE + 0.13, y), (0.24, 0.17), "", **look)
        words(axes, (RULE + 0.36, y), text)


def _result(axes: Axes, values: pd.DataFrame) -> None:
    """The entries of the block, and how exactly they sum to z."""
    words(axes, (RULE, 1.72), "What comes out", size=8, weight="bold")
    words(axes, (RULE, 1.44), "$z = z_5 + \\sum_{h}\\sum_{t} c_{h,t} + z_1$", size=9)
    words(axes, (RULE, 1.14), "an entry per head h and input token t,\none for the MLP, and those of $z_5$")
    error = values.set_index(["layernorm", "precision"])["error"]
    lines = [
        f"On {values['title'].iloc[0]}: $\\|\\Sigma c - z\\| \\, / \\, \\|z\\|$ up to",
        f"{_power(error['corrected', 'float64'])} in double precision,",
        f"{_power(error['corrected', 'float32'])} in single precision,",
        f"{_power(error['reference', 'float64'])} with norms frozen\nas in the authors' code.",
    ]
    words(axes, (RULE, 0.5), "\n".join(lines), linespacing=1.35)


def _power(number: float) -> str:
    """A number with one digit and its power of ten."""
    digits, power = f"{number:.0e}".split("e")
    return f"${digits} \\cdot 10^{{{int(power)}}}$"
