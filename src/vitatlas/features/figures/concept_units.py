"""Units of networks that were taught with captions, and with labels: what they tell of pictures, layer by layer.

The share of variance that each attribute explains, the share of units that respond to one value of it whatever else a
picture shows, and how far differences between categories are differences between animals and things (section 6).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vitatlas.artifacts.style import COLUMN, QUIET, layer_ticks, new_figure, panel_title
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.attribute_rows import ATTRIBUTES, NULL, attribute_name, attribute_rows
from vitatlas.features.figures.networks import distinct, looks
from vitatlas.features.selectivity.attributes import KIND

ETA2, SELECTIVE, KINDS = "eta2", "share_selective", "between_kinds"
YLABELS = {ETA2: "Variance explained", SELECTIVE: "Share of units, C ≥ .75", KINDS: "Share between kinds"}
ACROSS, HEIGHT = 3, 1.35  # panels, inches of a row
LEAST_TOP = {ETA2: 0.01, SELECTIVE: 0.1, KINDS: 0.1}
"""Axes end no lower, so that nothing looks like nothing."""


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: columns of `attribute_rows`, for each network, quantity, attribute and layer.

    `eta2` is a mean over units, `share_selective` the share of units with C ≥ .75, `between_kinds` the share of the
    variance between categories that lies between animals and things, mean over units. Bounds are 95 % intervals over
    units; `null` is the 97.5 % quantile with attributes shuffled, of `between_kinds` with categories regrouped.

    Args:
        table: Rows of the analysis of selectivity.

    Raises:
        UserError: A network has no rows.
    """
    by = spec.typed_options.by
    parts = [attribute_rows(table, panel, by, (ETA2, SELECTIVE, KINDS)) for panel in distinct(spec.panels)]
    found = pd.concat(parts, ignore_index=True)
    wanted = found["attribute"].isin(ATTRIBUTES) | (found["quantity"] == KINDS)
    return found[wanted].reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    names = [name for name in ATTRIBUTES if name in set(values["attribute"])]
    cells = [(ETA2, name) for name in names] + [(KINDS, KIND)] + [(SELECTIVE, name) for name in names]
    rows = -(-(len(cells) + 1) // ACROSS)
    figure = new_figure(COLUMN, HEIGHT * rows + 0.2, spec.tier_note)
    grid = figure.subplots(rows, ACROSS, squeeze=False).ravel()
    of, layers = looks(values), int(values["layers"].max())
    for index, (axes, (quantity, name)) in enumerate(zip(grid, cells, strict=False)):
        _panel(axes, quantity, values[(values["quantity"] == quantity) & (values["attribute"] == name)], of)
        title = "animals and things" if quantity == KINDS else attribute_name(name)
        panel_title(axes, title, index)
        layer_ticks(axes, layers, label=index >= len(cells) - ACROSS)
        if index % ACROSS == 0 or quantity == KINDS or index == len(names) + 1:
            axes.set_ylabel(YLABELS[quantity])
    for axes in grid[len(cells) :]:
        axes.set_axis_off()
    _legend(grid[len(cells)], of)
    return figure


def _panel(axes: Axes, quantity: str, rows: pd.DataFrame, of: dict[str, dict[str, Any]]) -> None:
    for title, curve in rows.groupby("title", sort=False):
        curve, look = curve.sort_values("layer"), of[str(title)]
        axes.plot(curve["layer"], curve["null"], color=look["color"], ls=NULL, lw=0.8, zorder=1)
        axes.fill_between(curve["layer"], curve["low"], curve["high"], color=look["color"], alpha=0.13, lw=0)
        axes.plot(curve["layer"], curve["value"], **{"lw": 1.1, "ms": 3, "mew": 0, "zorder": 3, **look})
    top = max(LEAST_TOP[quantity], 1.08 * float(rows[["value", "high", "null"]].max().max()))
    axes.set_ylim(-0.03 * top, top)


def _legend(axes: Axes, of: dict[str, dict[str, Any]]) -> None:
    handles = [Line2D([], [], lw=1.1, ms=3.5, mew=0, label=title, **look) for title, look in of.items()]
    handles.append(Line2D([], [], color=QUIET, ls=NULL, lw=0.9, label="shuffled"))
    axes.legend(handles=handles, loc="center", borderaxespad=0)
