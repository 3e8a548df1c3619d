"""Class tokens that were kept apart from patches, and the head on patches, behind any number of blocks."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.features.answered import over_runs
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.networks import about, distinct
from vitatlas.features.last_layer.names import ALL, AVERAGE, CLS_ONLY, ISOLATING, MAXIMUM, NATURAL, OBJECT, OTHER

COLUMNS = ["model", "title", "untrained", "quantity", "among", "layer", "value", "low", "high", "chance", "n", "runs"]
Curves = dict[tuple[str, str], dict[str, Any]]
TOKENS: Curves = {
    (ISOLATING, ALL): {"color": "blue-hue", "marker": "o", "label": "patches and class token apart for l blocks"},
    (CLS_ONLY, ALL): {
        "color": "orange-hue",
        "marker": "s",
        "ls": (0, (4, 1.5)),
        "label": "class token alone after l blocks",
    },
}
PATCHES: Curves = {
    (MAXIMUM, ALL): {"color": "grey-30", "marker": "^", "ls": (0, (1, 1)), "label": "best patch"},
    (AVERAGE, OBJECT): {"color": "green-hue", "marker": "D", "ls": (0, (4, 1.5)), "label": "patches on the object"},
    (AVERAGE, ALL): {"color": "blue-hue", "marker": "o", "label": "all patches"},
    (AVERAGE, OTHER): {"color": "plum-hue", "marker": "s", "ls": (0, (3, 1, 1, 1)), "label": "other patches"},
}
LEVEL: dict[str, Any] = {"lw": 0.9, "zorder": 1}
ROW, AROUND = 1.45, 1.15  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of the last layer.

    Returns:
        `COLUMNS`, means over runs of top-1 with 95 % intervals over pictures, by the number of blocks (`layer`, l). An
        encoder without a class token has no rows of it.

    Raises:
        UserError: A network has no rows.
    """
    parts = []
    for panel in distinct(spec.panels):
        rows = rows_where(table, {"model": panel.model, "measure": "top1"})
        wanted = {**TOKENS, **PATCHES, (NATURAL, ALL): {}}
        chosen = [key in wanted for key in zip(rows["quantity"], rows["among"], strict=True)]
        means = over_runs(rows[chosen], ["quantity", "among", "layer"]).sort_values("layer", kind="stable")
        parts.append(means.assign(**about(panel)))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    figure = new_figure(COLUMN, AROUND + ROW * len(titles), spec.tier_note)
    grid = figure.subplots(len(titles), 2, squeeze=False, sharey=True)
    for row, title in enumerate(titles):
        own = values[values["title"] == title]
        for column, (curves, what) in enumerate(((TOKENS, "class token"), (PATCHES, "head on patches"))):
            axes = grid[row, column]
            _curves(axes, own, curves)
            panel_title(axes, f"{title}: {what}", 2 * row + column)
    for axes in grid[-1]:
        axes.set_xlabel("Blocks l")
    for axes in grid[:, 0]:
        axes.set_ylabel("Top-1")
    grid[0, 0].set_ylim(0, 1.03)
    handles = dict[str, Any]()
    for axes in grid.flat:
        found, labels = axes.get_legend_handles_labels()
        handles |= dict(zip(labels, found, strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=2)
    return figure


def _curves(axes: Axes, rows: pd.DataFrame, curves: Curves) -> None:
    natural = rows[rows["quantity"] == NATURAL].iloc[0]
    drawn = 0
    for (quantity, among), look in curves.items():
        curve = rows[(rows["quantity"] == quantity) & (rows["among"] == among)]
        if curve.empty or curve["value"].isna().all():
            continue
        axes.plot(curve["layer"], curve["value"], lw=1.2, ms=3, **look)
        axes.fill_between(curve["layer"], curve["low"], curve["high"], color=look["color"], alpha=0.15, lw=0)
        drawn += 1
    axes.axhline(natural["value"], color="ink", ls=(0, (5, 1.2)), label="the whole network", **LEVEL)
    axes.axhline(natural["chance"], color="grey-60", ls=":", label="the commonest class", **LEVEL)
    last = int(rows["layer"].max())
    axes.set_xlim(-0.3, last + 0.3)
    axes.set_xticks(range(0, last + 1, 1 if last <= 8 else 2))
    if not drawn:
        axes.text(last / 2, 0.5, "it has no class token", ha="center", va="center", color="grey-30")
