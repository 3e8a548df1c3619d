"""The shares of what scores of units tell of pictures, from the first layer to the last (for figures 1 and 8).

A column per network: the share of the variance of units' scores that each attribute explains, as it is and as a share
of what all attributes explain; and whether it rises or falls with depth.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from vitatlas.artifacts.style import COLUMN, QUIET, layer_ticks, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.attribute_rows import ATTRIBUTES, NULL, attribute_name, attribute_rows
from vitatlas.features.figures.networks import distinct

ETA2, SHARE, RHO = "eta2", "share_of_eta2", "progression_share"
HEIGHTS = (1.45, 1.45, 1.05)  # inches
FLOOR = 3e-4
"""Smaller shares of variance are drawn here."""


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: columns of `attribute_rows`, for each network, quantity, attribute and layer.

    `eta2`: mean over units. `share_of_eta2`: of the sum over attributes. `progression_share`: Spearman's correlation of
    that with the layer, of all layers (layer -1). Bounds are 95 % intervals over units; `null` is the 97.5 % quantile
    with attributes shuffled, and of `progression_share` that over orders of as many layers.

    Args:
        table: Rows of the analysis of selectivity.

    Raises:
        UserError: A network has no rows.
    """
    by = spec.typed_options.by
    parts = [attribute_rows(table, panel, by, (ETA2, SHARE, RHO)) for panel in distinct(spec.panels)]
    found = pd.concat(parts, ignore_index=True)
    return found[found["attribute"].isin(ATTRIBUTES)].reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    networks = list(values.groupby("title", sort=False))
    figure = new_figure(COLUMN, sum(HEIGHTS) + 0.95, spec.tier_note)
    grid = figure.subplots(3, len(networks), sharey="row", squeeze=False, height_ratios=HEIGHTS)
    names = [name for name in ATTRIBUTES if name in set(values["attribute"])]
    for column, (title, rows) in enumerate(networks):
        of = {quantity: rows[rows["quantity"] == quantity] for quantity in (ETA2, SHARE, RHO)}
        _variance(grid[0, column], of[ETA2])
        _shares(grid[1, column], of[SHARE])
        _trends(grid[2, column], of[RHO], names)
        panel_title(grid[0, column], str(title), column)
        for row in (0, 1):
            layer_ticks(grid[row, column], int(rows["layers"].max()), label=False)
        grid[1, column].set_xlabel("Block" if rows["convolutional"].iloc[0] else "Layer")
    grid[0, 0].set_ylabel("Variance explained")
    grid[1, 0].set_ylabel("Share of the sum")
    grid[2, len(networks) // 2].set_xlabel("Spearman’s correlation of the share with depth")
    _legend(figure, names)
    return figure


def _variance(axes: Axes, rows: pd.DataFrame) -> None:
    for name, curve in rows.groupby("attribute", sort=False):
        curve, look = curve.sort_values("layer"), ATTRIBUTES[str(name)]
        axes.plot(curve["layer"], curve["null"].clip(lower=FLOOR), color=look["color"], ls=NULL, lw=0.8, zorder=1)
        _curve(axes, curve.assign(**{key: curve[key].clip(lower=FLOOR) for key in ("value", "low", "high")}), look)
    axes.set_yscale("log")
    axes.set_ylim(FLOOR * 0.85, 1.3)
    axes.set_yticks([0.001, 0.01, 0.1, 1], labels=["0.001", "0.01", "0.1", "1"])
    axes.yaxis.set_minor_locator(NullLocator())


def _shares(axes: Axes, rows: pd.DataFrame) -> None:
    for name, curve in rows.groupby("attribute", sort=False):
        _curve(axes, curve.sort_values("layer"), ATTRIBUTES[str(name)])
    axes.set_ylim(-0.03, 1.05)


def _curve(axes: Axes, curve: pd.DataFrame, look: dict[str, Any]) -> None:
    axes.fill_between(curve["layer"], curve["low"], curve["high"], color=look["color"], alpha=0.15, lw=0)
    axes.plot(curve["layer"], curve["value"], lw=1.1, ms=3, mew=0, zorder=3, **look)


def _trends(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """Dots with intervals; grey, where random orders of the layers lie."""
    if len(rows):
        reach = float(rows["null"].iloc[0])
        axes.axvspan(-reach, reach, color="grey-90", lw=0, zorder=0)
    axes.axvline(0, color="grey-60", lw=0.6, zorder=1)
    for _, row in rows.iterrows():
        look, place = ATTRIBUTES[str(row["attribute"])], names.index(str(row["attribute"]))
        axes.plot([float(row["low"]), float(row["high"])], [place, place], color=look["color"], lw=0.9, zorder=2)
        axes.plot(float(row["value"]), place, ms=4, mew=0, zorder=3, **look)
    axes.set_xlim(-1.08, 1.08)
    axes.set_xticks([-1, 0, 1])
    axes.set_yticks(range(len(names)), labels=[attribute_name(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)


def _legend(figure: Figure, names: list[str]) -> None:
    lines = [Line2D([], [], lw=1.1, ms=3.5, mew=0, **ATTRIBUTES[name]) for name in names]
    null = Line2D([], [], color=QUIET, ls=NULL, lw=0.9)
    band = Line2D([], [], color="grey-90", lw=6)
    labels = [attribute_name(name) for name in names]
    labels += ["attributes shuffled", "orders at random"]
    figure.legend([*lines, null, band], labels, loc="outside lower center", ncols=4)
