"""Visualisations from the first layer to the last (figures 1 and 8): by the paper's five stages, or layer by layer."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vitatlas.artifacts.drawing import words
from vitatlas.artifacts.style import COLUMN, QUIET
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.figures import unit_pictures
from vitatlas.features.figures.unit_cells import EDGE, LINE, legend, made, page
from vitatlas.features.figures.unit_pictures import MADE, depth, of_twelve

STAGES = {"edges": (0, 1), "textures": (2, 3), "patterns": (4, 5), "parts": (6, 7, 8), "objects": (9, 10)}
"""The paper's words for what visualisations show, by layers of its twelve (the layers are our reading)."""

COLUMNS = ["group", "stage", *unit_pictures.COLUMNS]
CROWDED = True
ACROSS = {"stage": 5, "layer": 6}
BESIDE = {"stage": 2, "layer": 1}
"""Groups beside one another, and pictures of a group."""
GAP, BELOW = 0.1, 0.1  # inches, between groups


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The visualisations drawn: `COLUMNS`, one row each, group after group.

    Of the layers of a group the first units that were visualised, then the second ones, and so on. `stage` is the
    paper's word for the depth, which nothing here was sorted by.

    Args:
        table: Rows of the tables of visualisations and of maps; the latter tell how deep the network is.

    Raises:
        UserError: Nothing of the model was visualised or mapped.
    """
    panel, options = spec.panels[0], spec.typed_options
    found = unit_pictures.unit_pictures(table, panel)
    layers = depth(table, panel)
    made_rows = found[found["part"] == MADE]
    stage = {layer: _stage(of_twelve(layer, layers)) for layer in range(layers)}
    rows = made_rows.assign(stage=[stage[layer] for layer in made_rows["layer"]])
    key = "stage" if options.by == "stage" else "layer"
    groups = [_first(some, options.each) for _, some in rows[rows[key] != ""].groupby(key, sort=False)]
    return pd.concat([some.assign(group=number) for number, some in enumerate(groups)], ignore_index=True)[COLUMNS]


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    options = spec.typed_options
    across, beside = ACROSS[options.by], BESIDE[options.by]
    groups = values["group"].nunique()
    width = (COLUMN - 2 * EDGE) / across
    side = (width - GAP) / beside - 0.03
    tall = -(-options.each // beside) * (side + LINE) + 2 * LINE + BELOW
    height = -(-groups // across) * tall + LINE
    figure, axes = page(height, spec)
    for number in range(groups):
        line, column = divmod(number, across)
        corner = (EDGE + column * width, height - line * tall)
        _group(axes, values[values["group"] == number], corner, side, beside)
    legend(axes, values, maps=False)
    return figure


def _group(axes: Axes, rows: pd.DataFrame, corner: tuple[float, float], side: float, beside: int) -> None:
    x, y = corner
    layers = list(dict.fromkeys(rows["layer"]))
    words(axes, (x, y - LINE / 2), f"layer {layers[0]}" if len(layers) == 1 else f"layers {_span(layers)}")
    stage = rows["stage"].iloc[0]
    if isinstance(stage, str) and stage:
        words(axes, (x, y - 1.5 * LINE), f"“{stage}”", color=QUIET)
    for place, row in enumerate(rows.to_dict("records")):
        line, column = divmod(place, beside)
        made(axes, row, (x + column * (side + 0.03), y - 2 * LINE - line * (side + LINE)), side)


def _first(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """So many rows: the first of each layer, then the second of each; by layer."""
    turn = rows.groupby("layer", sort=False).cumcount()
    chosen = turn.sort_values(kind="stable").index[:count]
    return rows.loc[sorted(chosen)]


def _stage(layer: int) -> str:
    return next((stage for stage, layers in STAGES.items() if layer in layers), "")


def _span(layers: Iterable[int]) -> str:
    ordered = sorted(layers)
    return f"{ordered[0]} to {ordered[-1]}" if len(ordered) > 2 else " and ".join(map(str, ordered))
