"""The worth of scores: their agreement with CLIP, with what components hold and with what they do, the untrained
encoder beside trained ones.

A row per encoder, a mark per feature; hollow where the representation does not hold the feature.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, new_figure, panel_title
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.rows import held, over_runs, rows_of
from vitatlas.components.words import WORDS

QUANTITIES = {
    "component_order": "as CLIP sees it\n(tables 2 and 4)",
    "score_follows_decodability": "as a probe reads it\nin the component",
    "score_follows_lost": "as its ablation\ncosts a probe",
}
COLUMNS = ["model", "title", "untrained", "quantity", "feature", "value", "low", "high", "held", "runs", "n"]
COLORS = ("blue-hue", "orange-hue", "green-hue", "plum-hue", "ink")
MARKERS = ("o", "s", "^", "D", "v")
ROW, AROUND = 0.42, 1.25  # inches
SPREAD = 0.6  # of a row, over which its marks lie


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn.

    Args:
        table: Rows of the analysis of scores.

    Returns:
        `COLUMNS`, one row per panel, quantity and feature: the mean over runs of the rank correlation over components
        and of the bounds of its 95 % interval; `held`: whether the representation holds the feature.
    """
    parts = []
    for panel in spec.panels:
        known = held(table, panel)
        rows = over_runs(rows_of(table, panel, *QUANTITIES), ["quantity", "feature"])
        rows["held"] = [known.get(str(feature), False) for feature in rows["feature"]]
        parts.append(rows.assign(model=panel.model, title=panel.title, untrained=panel.untrained))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    titles = list(dict.fromkeys(values["title"]))
    features = list(dict.fromkeys(values["feature"]))
    figure = new_figure(COLUMN, AROUND + ROW * len(titles), spec.tier_note)
    grid = figure.subplots(1, len(QUANTITIES), sharey=True)
    for index, (axes, (quantity, title)) in enumerate(zip(grid, QUANTITIES.items(), strict=True)):
        _panel(axes, values[values["quantity"] == quantity], titles, features)
        panel_title(axes, title, index)
    grid[0].set_yticks(range(len(titles)), labels=titles)
    grid[0].invert_yaxis()
    grid[1].set_xlabel("Rank correlation of scores over components")
    _legend(figure, features)
    return figure


def _panel(axes: Axes, values: pd.DataFrame, titles: list[str], features: list[str]) -> None:
    control = values.loc[values["untrained"].astype(bool), "value"]
    if len(control):
        axes.axvspan(control.min(), control.max(), color="grey-90", lw=0, zorder=0)
    axes.axvline(0, color="grey-60", lw=0.6, zorder=1)
    places = np.linspace(-SPREAD / 2, SPREAD / 2, len(features))
    for _, cell in values.iterrows():
        number = features.index(str(cell["feature"]))
        y = titles.index(str(cell["title"])) + float(places[number])
        color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
        axes.plot([float(cell["low"]), float(cell["high"])], [y, y], color=color, lw=0.7, alpha=0.6, zorder=2)
        fill = color if cell["held"] else "page"
        axes.plot(float(cell["value"]), y, marker, ms=3.6, color=color, mfc=fill, mew=0.8, zorder=3, ls="none")
    axes.set_xlim(-0.85, 1.05)
    axes.set_xticks([-0.5, 0, 0.5, 1])


def _legend(figure: Figure, features: list[str]) -> None:
    marks = [
        Line2D([], [], ls="none", marker=MARKERS[i % len(MARKERS)], color=COLORS[i % len(COLORS)], ms=4)
        for i in range(len(features))
    ]
    names = [WORDS.get(feature, feature) for feature in features]
    hollow = Line2D([], [], ls="none", marker="o", color="grey-45", mfc="page", ms=4)
    band = Line2D([], [], color="grey-90", lw=6)
    figure.legend(
        [*marks, hollow, band],
        [*names, "not held by z", "range of the untrained"],
        loc="outside lower center",
        ncols=4,
    )
