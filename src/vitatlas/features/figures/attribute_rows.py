"""The rows of the analysis of selectivity that figures draw, and the looks of attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.features.artifacts import PanelSpec
from vitatlas.features.figures.networks import about
from vitatlas.features.selectivity.names import ALL_LAYERS
from vitatlas.features.specs.scores import ONE_SIGN
from vitatlas.features.words import WORDS

COLUMNS = ["model", "title", "convolutional", "untrained", "site", "by", "quantity", "attribute", "layer", "layers"]
COLUMNS += ["value", "low", "high", "null", "n", "runs"]
"""Of a figure's numbers: `layers` is how many the network has, `null` the line that means nothing."""

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "category": {"color": "orange-hue", "marker": "o"},
    "location": {"color": "green-hue", "marker": "s"},
    "color": {"color": "plum-hue", "marker": "^"},
    "pattern": {"color": "blue-hue", "marker": "D"},
    "count": {"color": "violet-hue", "marker": "v"},
}
"""Those that do not contain each other, with their looks."""

NULL = (0, (1, 1.3))
"""The dashes of null lines."""


def attribute_rows(table: pd.DataFrame, panel: PanelSpec, by: str, quantities: Sequence[str]) -> pd.DataFrame:
    """The numbers of one network, means over runs with means of bounds: `COLUMNS`.

    Of several sites those behind a non-linearity count; rows about all layers together have the layer -1.

    Raises:
        UserError: There are none.
    """
    rows = rows_where(table, {"model": panel.model, "by": by})
    rows = rows[rows["site"].isin(ONE_SIGN) & rows["quantity"].isin(quantities)]
    grouped = rows.groupby(["site", "by", "quantity", "attribute", "layer"], sort=False)
    found = grouped.agg(
        value=("value", "mean"),
        low=("low", "mean"),
        high=("high", "mean"),
        null=("null", "mean"),
        n=("n", "min"),
        runs=("run", "nunique"),
    ).reset_index()
    layers = rows.loc[rows["layer"] != ALL_LAYERS, "layer"].nunique()
    return found.assign(layers=layers, **about(panel))[COLUMNS]


def attribute_name(attribute: str) -> str:
    """The name of an attribute."""
    return WORDS.get(attribute, attribute)
