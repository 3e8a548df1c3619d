"""Visualisations of keys, queries and values, and a drawing of the feed-forward layer (figure 4)."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import canvas
from vitatlas.artifacts.style import COLUMN, new_figure
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.feed_forward_scheme import HEIGHT, STREAM, WIDE, scheme
from vitatlas.features.figures.picture_cells import empty, picture, words
from vitatlas.features.figures.visualised import first_units, one_each, visualised
from vitatlas.features.options.places import KeyQueryValue

COLUMNS = ["model", "title", "site", "layer", "unit", "weight", "weight_units", "high_frequency", "png"]
SITES = {"attn.k": "keys", "attn.q": "queries", "attn.v": "values"}
RIGHT = WIDE / 2 - STREAM + 0.25  # inches; of the drawing
HEAD, LABEL = 0.4, 1.1  # cells; above a block, and beside a row
NOTE = 0.3  # inches


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures drawn: `COLUMNS`, of the first and the last of the layers that were visualised.

    Args:
        table: Rows of the analysis `visualised_sites`.

    Raises:
        UserError: Nothing was visualised at these sites.
    """
    options: KeyQueryValue = spec.typed_options
    panel = spec.panels[0]
    rows = visualised(table, panel.model, weight_units=options.weight_units)
    found = first_units(one_each(rows[rows["site"].isin(SITES)]), options.units)
    ends = found["layer"].isin([found["layer"].min(), found["layer"].max()])
    return found[ends].assign(title=panel.title, png=found["image"])[COLUMNS].reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    layers = sorted(values["layer"].unique())
    figure = new_figure(COLUMN, HEIGHT + NOTE + 0.1, spec.tier_note)
    figure.set_layout_engine("none")  # places are given
    share = (HEIGHT + 0.1) / (HEIGHT + NOTE + 0.1)
    across = values.groupby(["site", "layer"])["unit"].nunique().max()
    axes = figure.add_axes((0, 0, (COLUMN - RIGHT) / COLUMN, share))
    empty(axes, LABEL + across, len(layers) * (HEAD + len(SITES)))
    axes.set_anchor("W")
    for number, layer in enumerate(layers):
        top = number * (HEAD + len(SITES)) + HEAD
        words(axes, LABEL, top - 0.06, f"{'early' if number == 0 else 'deep'}: layer {layer}")
        for row, (site, name) in enumerate(SITES.items()):
            words(axes, LABEL - 0.1, top + row + 0.5, name, ha="right", va="center")
            here = values[(values["layer"] == layer) & (values["site"] == site)]
            for place, png in enumerate(here["png"]):
                picture(axes, png, LABEL + place, top + row)
    right = canvas(figure, COLUMN, HEIGHT + 0.1, share=share)
    scheme(right, COLUMN - WIDE / 2 - 0.08, 0.05)
    return figure
