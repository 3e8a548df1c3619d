"""Responses to each image of a pattern (figure 2)."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import new_figure, panel_title
from vitatlas.toy.artifacts import ArtifactSpec

COLUMNS = ["panel", "model", "layer", "feature", "image", "value"]
WIDTH, HEIGHT = 2.2, 2.0  # inches, of a panel


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: columns `COLUMNS`, one row per panel and image.

    Raises:
        UserError: A panel has no rows.
    """
    panels = [
        rows_where(table, {"model": panel.model, "layer": panel.layer, "feature": panel.feature}).assign(panel=number)
        for number, panel in enumerate(spec.panels)
    ]
    return pd.concat(panels, ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    figure = new_figure(WIDTH * len(spec.panels), HEIGHT, spec.tier_note)
    grid = figure.subplots(1, len(spec.panels), squeeze=False, sharey=True)[0]
    for number, (axes, panel) in enumerate(zip(grid, spec.panels, strict=True)):
        rows = values[values["panel"] == number]
        axes.bar(rows["image"], rows["value"], color="blue-hue")
        axes.set_xlabel("Image")
        panel_title(axes, f"{panel.feature}, layer {panel.layer}", number)
    grid[0].set_ylabel("Response")
    return figure
