"""The tables in this paper's tutorial, from the tables of its artifacts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.story import Story
from vitatlas.artifacts.story import show as show_on_page
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.sites import LAYERS, MEASURED, PLACES
from vitatlas.features.figures.unit_pictures import ABOVE, MADE
from vitatlas.features.means import FIRST, LAST, mean_of

COLORS = 192
SIDES = {"activation": "weight in activation", "sd": "weight per standard deviation"}


def told(record: str) -> Story[ArtifactSpec]:
    """The story of this paper; arguments and errors as of `Story`."""
    return Story(record, ArtifactSpec)


def show(figure: Figure) -> None:
    """Put the figure on the page, in few colours: optimised pictures do not compress, and the page is to stay small."""
    show_on_page(figure, colors=COLORS)


def models(story: Story[ArtifactSpec]) -> pd.DataFrame:
    """The networks that the story shows, by title, with what they were taught."""
    panels = [panel for artifact in story.artifacts.values() for panel in artifact.panels]
    rows = {panel.title: {"taught": panel.taught or "random weights"} for panel in panels}
    return pd.DataFrame.from_dict(rows, orient="index")


def reached(values: pd.DataFrame) -> pd.DataFrame:
    """By layer, how many pictures were made for units, and how many excite theirs beyond all but one in a hundred
    natural pictures; the median of the per cent of natural pictures that they exceed.

    Args:
        values: What a figure of visualisations draws (`COLUMNS` of `figures.unit_pictures`).
    """
    made = values[values["part"] == MADE]
    by_layer = made.assign(beyond=made["percentile"] > ABOVE).groupby("layer")
    found = by_layer.agg(pictures=("unit", "size"), beyond=("beyond", "sum"), median=("percentile", "median"))
    named = {"beyond": f"beyond {ABOVE} of 100 natural pictures", "median": "natural pictures exceeded, median, %"}
    return found.round({"median": 1}).rename(columns=named)


def by_place(values: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """A measure of pictures made at each place of a block, with its interval: a row per place and layer, a column per
    unit that the weight of total variation is counted in.

    Args:
        values: What the figure of places draws (`COLUMNS` of `figures.sites`).
        quantity: The measure.

    Raises:
        UserError: It was not measured.
    """
    rows = rows_where(values, {"part": MEASURED, "quantity": quantity})
    words = [f"{value:.2f} ({low:.2f}–{high:.2f})" for value, low, high in rows[["value", "low", "high"]].to_numpy()]
    layers = ["both" if layer == LAYERS else int(layer) for layer in rows["layer"]]
    named = rows.assign(words=words, place=rows["site"].map(PLACES), layer=layers, side=rows["weight_units"].map(SIDES))
    table = named.pivot(index=["place", "layer"], columns="side", values="words").fillna("–")
    return table.reindex([place for place in PLACES.values() if place in set(named["place"])], level="place")


def ends(values: pd.DataFrame, **where: Any) -> pd.DataFrame:
    """The first and the last layer of every network, side by side, by title.

    Args:
        values: The numbers that a figure draws, with columns title, layer and value.
        where: The rows meant, as columns and their values.

    Raises:
        UserError: There are no such rows.
    """
    rows = rows_where(values, where)
    titles = list(dict.fromkeys(rows["title"]))
    found = {
        title: {f"{end} layer": mean_of(rows, end, title=title).words for end in (FIRST, LAST)} for title in titles
    }
    return pd.DataFrame.from_dict(found, orient="index")
