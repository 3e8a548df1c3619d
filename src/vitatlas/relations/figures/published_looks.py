"""Looks of the published numbers and ours beside one another, by analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.relations.figures.das_axes import NAMES, SHADES
from vitatlas.relations.figures.das_rows import PROPERTIES

BLUE, GREEN, ORANGE, PLUM = "blue-hue", "green-hue", "orange-hue", "plum-hue"
OURS_LOOK: dict[str, Any] = {"marker": "o", "ms": 3.4, "mec": "page", "mew": 0.3, "lw": 1.3, "zorder": 3}
HOLLOW: dict[str, Any] = {"marker": "o", "mfc": "none", "mew": 0.9, "ms": 4.2}
PUBLISHED_LOOK: dict[str, Any] = {**HOLLOW, "lw": 0.5, "ls": (0, (1, 1.2)), "zorder": 4}


@dataclass(frozen=True)
class Layout:
    """How one analysis is drawn.

    Attributes:
        label: Of the y axis.
        series: The column that tells the curves of a panel apart.
        looks: By value of that column, its name and look; none: dots, not curves.
        parts: Properties that have rows of panels of their own.
        height: Of a row, in inches.
    """

    label: str
    series: str
    looks: dict[str, tuple[str, dict[str, Any]]]
    parts: tuple[str, ...] = ()
    height: float = 1.3


LAYOUTS = {
    "das": Layout(
        "Success",
        "property",
        {
            "shape": (NAMES["shape"], {"color": SHADES["shape"][1], "marker": "o"}),
            "color": (NAMES["color"], {"color": SHADES["color"][1], "marker": "s"}),
        },
    ),
    "novel": Layout(
        "Success",
        "method",
        {
            "added": ("added", {"color": BLUE, "marker": "o"}),
            "interpolated": ("interpolated", {"color": ORANGE, "marker": "s"}),
            "sampled": ("sampled", {"color": GREEN, "marker": "^"}),
            "random": ("random", {"color": PLUM, "marker": "D"}),
        },
        parts=PROPERTIES,
    ),
    "probe": Layout(
        "Accuracy, success",
        "quantity",
        {
            "probe": ("probe", {"color": BLUE, "marker": "o"}),
            "intervention": ("intervention", {"color": GREEN, "marker": "s"}),
            "control": ("control", {"color": ORANGE, "marker": "^"}),
        },
    ),
    "behaviour": Layout("", "split", {}, height=1.2),
}
