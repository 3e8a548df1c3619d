"""A drawing of the feed-forward layer (figure 5), with what visualisations show at each of its places.

The drawing is that of the paper; the numbers beside it are ours: the share of high frequencies in visualisations of
features that are read there.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import canvas, words
from vitatlas.artifacts.panels import rows_where
from vitatlas.artifacts.style import COLUMN, QUIET, new_figure
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures.feed_forward_scheme import HEIGHT, PLACES, STREAM, SUM, WIDE, scheme

COLUMNS = ["model", "title", "site", "layer", "value", "low", "high", "runs", "n"]
QUANTITY, UNITS = "high_frequency", "sd"
STREAM_SITE = "resid_post"
HEIGHTS = {**PLACES, STREAM_SITE: SUM + 0.12}
NAMES = {
    "mlp.pre": "before the non-linearity",
    "mlp.act": "features (what is shown)",
    "mlp.out": "output of the layer",
    STREAM_SITE: "residual stream behind it",
}
MIDDLE, NOTE = 1.4, 0.3  # inches; of the branch, and of the note above
COLUMN_OF_NAMES, COLUMN_OF_LAYERS, STEP = 2.5, 4.1, 0.72


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers drawn: `COLUMNS`, means over runs, where the weight counts in standard deviations.

    Args:
        table: Rows of the analysis `quality_sites`.

    Raises:
        UserError: It has none of the model.
    """
    panel = spec.panels[0]
    rows = rows_where(table, {"model": panel.model, "quantity": QUANTITY, "weight_units": UNITS})
    smallest = rows[(rows["weight"] == rows["weight"].min()) & rows["site"].isin(HEIGHTS)]
    grouped = smallest.groupby(["site", "layer"], sort=False)
    found = grouped.agg(
        value=("value", "mean"), low=("low", "mean"), high=("high", "mean"), runs=("run", "nunique"), n=("n", "min")
    )
    return found.reset_index().assign(model=panel.model, title=panel.title)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    height = HEIGHT + 0.45
    figure = new_figure(COLUMN, height + NOTE, spec.tier_note)
    figure.set_layout_engine("none")  # places are given
    axes = canvas(figure, COLUMN, height, share=height / (height + NOTE))
    scheme(axes, MIDDLE, 0.05)
    _measured(axes, values)
    return figure


def _measured(axes: Axes, values: pd.DataFrame) -> None:
    """The share of high frequencies at each place, one column per layer, at the height of the place."""
    layers = sorted(values["layer"].unique())
    top = HEIGHT + 0.32
    title = values["title"].iloc[0]
    words(axes, (COLUMN_OF_NAMES, top), f"High frequencies in pictures of {title}", color=QUIET)
    for number, layer in enumerate(layers):
        x = COLUMN_OF_LAYERS + number * STEP
        words(axes, (x, top - 0.14), f"layer {int(layer)}", ha="center", color=QUIET)
    for site, height in HEIGHTS.items():
        here = values[values["site"] == site].set_index("layer")
        if here.empty:
            continue
        edge = MIDDLE + (STREAM + 0.1 if site == STREAM_SITE else WIDE / 2)
        if site != "mlp.out":
            axes.plot([edge + 0.05, COLUMN_OF_NAMES - 0.05], [height + 0.05] * 2, color="grey-80", lw=0.6, zorder=0)
        words(axes, (COLUMN_OF_NAMES, height + 0.05), NAMES[site])
        for number, layer in enumerate(layers):
            x = COLUMN_OF_LAYERS + number * STEP
            row = here.loc[layer]
            words(axes, (x, height + 0.05), f"{row['value']:.2f}", ha="center")
            words(axes, (x, height - 0.08), f"{row['low']:.2f} to {row['high']:.2f}", ha="center", color=QUIET)
