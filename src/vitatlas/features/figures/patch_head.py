"""Top-1 of the head on each patch of the last layer (figure 7), beside that on the class token."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, SMALLEST, fitted, new_figure, panel_title
from vitatlas.features.answered import over_runs
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.networks import about, distinct
from vitatlas.features.last_layer.names import ALL, AVERAGE, NATURAL, PATCH

CHANCE = "chance"
COLUMNS = ["model", "title", "untrained", "quantity", "row", "column", "value", "low", "high", "n", "runs"]
LEVELS: dict[str, tuple[str, dict[str, Any]]] = {
    NATURAL: ("class token", {"color": "orange-hue", "ls": "-"}),
    AVERAGE: ("mean of patches", {"color": "blue-hue", "ls": "-"}),
    CHANCE: ("chance", {"color": "grey-45", "ls": ":"}),
}
"""By quantity: its name in the chart, and its line."""

HEIGHT = 2.75  # inches
APART = 0.085
"""How far names of levels stand apart at least, of the whole axis."""


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of the last layer.

    Returns:
        `COLUMNS`, means over runs of top-1 behind the last block, with 95 % intervals over pictures: of each patch, of
        the class token (natural), of the mean over patches, and of the commonest class (chance).

    Raises:
        UserError: A network's patches were not read.
    """
    parts = []
    for panel in distinct(spec.panels):
        rows = rows_where(table, {"model": panel.model, "measure": "top1", "among": ALL})
        last = rows_where(rows, {"layer": rows["layer"].max()})
        rows_where(last, {"quantity": PATCH})
        means = over_runs(last[last["quantity"].isin([PATCH, NATURAL, AVERAGE])], ["quantity", "row", "column"])
        chance = means[means["quantity"] == NATURAL].assign(quantity=CHANCE, value=means["chance"].mean())
        found = pd.concat([means, chance.assign(low=np.nan, high=np.nan)])
        parts.append(found.assign(**about(panel)))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    figure = new_figure(COLUMN, HEIGHT * len(titles), spec.tier_note)
    blocks = figure.subfigures(len(titles), squeeze=False)[:, 0]
    for block, title in zip(blocks, titles, strict=True):
        _network(block, values[values["title"] == title], str(title))
    return figure


def _network(block: SubFigure, rows: pd.DataFrame, title: str) -> None:
    left, right = block.subplots(1, 2, width_ratios=[1.55, 1])
    patches = rows[rows["quantity"] == PATCH]
    shown = left.imshow(_grid(patches), cmap="cividis", interpolation="none")
    best = patches.iloc[int(patches["value"].to_numpy().argmax())]
    left.plot(best["column"], best["row"], "s", ms=7, mfc="none", mec="ink", mew=2.2)
    left.plot(best["column"], best["row"], "s", ms=7, mfc="none", mec="page", mew=0.9, label="best patch")
    left.set(xticks=_ends(patches["column"]), yticks=_ends(patches["row"]))
    left.set_xlabel("Column of the patch")
    left.set_ylabel("Row of the patch")
    panel_title(left, f"{title}: top-1 by patch", 0)
    bar = block.colorbar(shown, ax=left, fraction=0.046, pad=0.03)
    bar.outline.set_linewidth(0.5)
    bar.ax.axhline(rows.loc[rows["quantity"] == AVERAGE, "value"].iloc[0], color="page", lw=1.6)
    _levels(right, rows, patches, best)


def _grid(patches: pd.DataFrame) -> np.ndarray:
    return patches.pivot(index="row", columns="column", values="value").sort_index().sort_index(axis=1).to_numpy()


def _ends(numbers: pd.Series) -> list[int]:
    """The first and last number, and the middle one."""
    last = int(numbers.max())
    return [0, last // 2, last]


def _levels(axes: Axes, rows: pd.DataFrame, patches: pd.DataFrame, best: pd.Series) -> None:
    """All patches as dots on one scale with the class token, from 0 to 1."""
    spread = np.linspace(-0.28, 0.28, len(patches))
    order = patches["value"].sample(frac=1, random_state=0)
    axes.plot(spread, order, "o", ms=2.6, mew=0, color="blue-hue", alpha=0.45)
    named = {"best patch": float(best["value"])}
    axes.plot([0], [best["value"]], "s", ms=5, mfc="page", mec="ink", mew=1)
    for quantity, (name, look) in LEVELS.items():
        level = rows[rows["quantity"] == quantity].iloc[0]
        axes.hlines(level["value"], -0.4, 0.4, lw=1.4, **look)
        if pd.notna(level["low"]):
            axes.fill_between([-0.4, 0.4], level["low"], level["high"], color=look["color"], alpha=0.2, lw=0)
        named[name] = float(level["value"])
    for (name, value), place in zip(named.items(), _apart(list(named.values())), strict=True):
        axes.annotate(
            f"{name} {value:.3f}",
            (0.42, value),
            (0.56, place),
            va="center",
            fontsize=fitted(SMALLEST),
            arrowprops={"arrowstyle": "-", "lw": 0.5, "color": "grey-60", "shrinkA": 0, "shrinkB": 0},
        )
    axes.set(xlim=(-0.45, 1.75), ylim=(0, 1.03), xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.set_ylabel("Top-1")
    panel_title(axes, "All patches", 1)


def _apart(places: list[float]) -> list[float]:
    """The places, moved so that neighbours lie `APART` or more from each other, the highest at most at 1."""
    order = np.argsort(places)[::-1]
    found, last = list(places), 1.0 + APART
    for number in order:
        last = found[number] = min(places[number], last - APART)
    return found
