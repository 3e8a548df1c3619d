"""The image that the walk-through follows (figure 21)."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.pixels import show
from vitatlas.artifacts.style import new_figure
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.figures.stimuli import LABELS, image_note
from vitatlas.relations.rows import rows_of

COLUMNS = ["task", "setting", "scene", "label", "png"]


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The image drawn: one row with task, setting, scene (row of the test table), label, png.

    Raises:
        UserError: The table has no row of the panel.
    """
    row = rows_of(table, spec.panels[0]).iloc[[0]]
    return row[COLUMNS].astype({"png": object}).reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned."""
    figure = new_figure(2.4, 2.6, image_note(spec))
    axes = figure.subplots()
    show(axes, values["png"].iloc[0])
    axes.set_title(f"{LABELS[values['label'].iloc[0]]}, test scene {values['scene'].iloc[0]}")
    return figure
