"""The error of the decomposition: a row per encoder, by precision, policy for biases and rule for norms.

The axis is logarithmic, with the spacing of numbers near 1 in both precisions as lines.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure
from vitatlas.components.artifacts import ArtifactSpec

KEYS = ["quantity", "policy", "layernorm", "precision"]
COLUMNS = ["model", "title", *KEYS, "middle", "low", "high", "n"]
PRECISIONS = {"float32": "orange-hue", "float64": "blue-hue"}
MARKERS = {"separate": "o", "own": "s", "uniform": "^"}
POLICIES = {"separate": "biases apart", "own": "apart, but with their heads", "uniform": "shared equally (the paper's)"}
TOKENS, REFERENCE = "D", "x"
LIMITS = (3e-17, 3e-1)
ROW, AROUND = 0.5, 1.35  # inches
SPREAD = 0.56  # of a row, over which its marks lie


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis `exactness`.

    Returns:
        `COLUMNS`, one row per panel and `KEYS`: the median, smallest and largest of n errors, over pictures and
        runs.
    """
    parts = []
    for panel in spec.panels:
        grouped = rows_where(table, {"model": panel.model}).groupby(KEYS, sort=False)
        found = grouped.agg(
            middle=("value", "median"),
            low=("value", "min"),
            high=("value", "max"),
            n=("value", "size"),
        )
        parts.append(found.reset_index().assign(model=panel.model, title=panel.title))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    figure = new_figure(COLUMN, AROUND + ROW * len(titles), spec.tier_note)
    axes = figure.subplots()
    axes.set_xscale("log")
    axes.set_xlim(*LIMITS)
    _spacings(axes)
    for row in values.itertuples():
        _mark(axes, row, titles.index(str(row.title)))
    axes.set_yticks(range(len(titles)), labels=titles)
    axes.set_ylim(len(titles) - 0.5, -0.5)
    axes.set_xlabel("Error, as a share of the length of what should come out")
    figure.legend(*_legend(), loc="outside lower center", ncols=3)
    return figure


def _spacings(axes: Axes) -> None:
    for name, color in PRECISIONS.items():
        spacing = float(np.finfo(name).eps)
        axes.axvline(spacing, color=color, lw=0.7, ls=":", zorder=1)
        look: dict[str, Any] = {"ha": "center", "va": "bottom", "color": color, "fontsize": fitted(SMALLEST)}
        axes.text(spacing, 1.01, f"ε of {name}", transform=axes.get_xaxis_transform(), **look)


def _mark(axes: Axes, row: Any, line: int) -> None:
    """A mark at the median, and a line over all pictures."""
    slots = [*MARKERS, "tokens"]
    slot = "tokens" if row.quantity == "tokens" else row.policy
    y = line + SPREAD * (slots.index(slot) / (len(slots) - 1) - 0.5)
    marker = TOKENS if row.quantity == "tokens" else REFERENCE if row.layernorm == "reference" else MARKERS[row.policy]
    color = PRECISIONS[row.precision]
    axes.plot([max(row.low, LIMITS[0]), row.high], [y, y], color=color, lw=0.8, alpha=0.6, zorder=2)
    axes.plot(max(row.middle, LIMITS[0]), y, marker, color=color, ms=3.4, mew=0.9, ls="none", zorder=3)


def _legend() -> tuple[list[Line2D], list[str]]:
    grey: dict[str, Any] = {"ls": "none", "color": "grey-45", "ms": 4}
    marks = [Line2D([], [], marker=marker, **grey) for marker in (*MARKERS.values(), TOKENS, REFERENCE)]
    names = [f"sum, {POLICIES[policy]}" for policy in MARKERS]
    names += ["tokens of all heads", "sum, norms frozen as in the authors' code"]
    colors = [Line2D([], [], color=color, lw=3) for color in PRECISIONS.values()]
    return [*marks, *colors], [*names, *PRECISIONS]
