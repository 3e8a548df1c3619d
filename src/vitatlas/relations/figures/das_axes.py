"""Panels with layers along x: their colored background, marks, lines and key."""

from __future__ import annotations

from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

from vitatlas.artifacts.palette import FADED
from vitatlas.artifacts.style import fitted, layer_ticks, wrapped
from vitatlas.relations.artifacts import TASK_TITLES, PanelSpec

# Blues and oranges, strong to faint: told apart by readers who see few colors, and by lightness in print.
SHADES = {name: tuple(f"{name}-{place}" for place in range(4)) for name in ("shape", "color")}
NAMES = {"shape": "shape", "color": "colour"}
EDGE: dict[str, Any] = {"ec": "grey-15", "lw": 0.3}
INTERVAL: dict[str, Any] = {"color": "ink", "lw": 0.6}
SPREAD: dict[str, Any] = {"color": "grey-50", "lw": 1.7}
BASE_ERROR: dict[str, Any] = {"ls": (0, (5, 1.5, 1, 1.5)), "lw": 0.8}
CHANCE: dict[str, Any] = {"color": "grey-25", "ls": "--", "lw": 0.8}
LEGEND: dict[str, Any] = {"loc": "upper left", "borderaxespad": 0, "handlelength": 2.4, "labelspacing": 0.25}


def paint(axes: Axes, rows: pd.DataFrame) -> None:
    """Color each layer's band by how global its heads are, and set up the axes.

    Args:
        axes: Where to.
        rows: The panel's values; those of part "background" are read.
    """
    layers, stages = rows[rows["part"] == "background"], matplotlib.colormaps[FADED]
    for layer, value in zip(layers["layer"], layers["value"], strict=True):
        axes.axvspan(layer - 0.5, layer + 0.5, color=stages(value), lw=0, zorder=0)
    layer_ticks(axes, len(layers))
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.5, 1], labels=["0", "0.5", "1"])


def chance_level(axes: Axes, rows: pd.DataFrame) -> None:
    """The success of guessing, from the rows of part "chance"."""
    axes.axhline(rows.loc[rows["part"] == "chance", "value"].iloc[0], zorder=1.5, **CHANCE)


def base_errors(axes: Axes, rows: pd.DataFrame) -> None:
    """The score of the model's own errors alone, per property."""
    for row in rows[rows["part"] == "base error"].to_dict("records"):
        axes.axhline(row["value"], color=SHADES[row["property"]][1], zorder=1.5, **BASE_ERROR)


def bars(axes: Axes, rows: pd.DataFrame, x: pd.Series, width: float, color: str) -> None:
    """A bar per row at `x`, with the standard deviation over runs."""
    axes.bar(x, rows["value"], width, color=color, zorder=3, **EDGE)
    axes.vlines(x, rows["value"] - rows["sd"], rows["value"] + rows["sd"], zorder=4, **SPREAD)


def heading(panel: PanelSpec, letters: float) -> str:
    """The panel's model, task and setting, wrapped to lines of `letters` letters."""
    name = wrapped(panel.title, letters)
    if panel.task is None:
        return name
    task = f"{TASK_TITLES[panel.task]}{', 32 combinations' if panel.setting == '32' else ''}"
    return f"{name}\n{wrapped(task, 32)}"


def reference_handles(values: pd.DataFrame, chance: str = "chance") -> list[Line2D]:
    """Legend entries of the levels that panels have in common: those of which `values` has rows.

    Args:
        chance: What the line of chance is called.
    """
    levels = {
        "base error": Line2D([], [], label="no intervention", color="grey-25", **BASE_ERROR),
        "chance": Line2D([], [], label=chance, **CHANCE),
    }
    return [handle for part, handle in levels.items() if (values["part"] == part).any()]


def stage_bar(axes: Axes) -> None:
    """The meaning of the background's colors, as a small horizontal bar below the legend, in otherwise empty axes."""
    inset = axes.inset_axes((0.0, 0.0, 0.75, 0.05))
    bar = axes.figure.colorbar(ScalarMappable(Normalize(0, 1), FADED), cax=inset, orientation="horizontal")
    bar.set_ticks([0.12, 0.86], labels=["local", "global"])
    bar.outline.set_linewidth(0.4)
    inset.xaxis.set_ticks_position("top")
    inset.tick_params(length=0, pad=1.5, labelsize=fitted(7))
    inset.set_title("heads of the layer", fontsize=fitted(7), pad=2, loc="left")
