"""Readings of what units are selective for, from scores of pictures with known attributes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.features.selectivity.names import ALL_LAYERS
from vitatlas.features.specs.scores import ONE_SIGN
from vitatlas.verdicts.collect import Readers

BY = "mean"
"""The paper's score of a picture: the mean over its patches."""

SHARES = ("share_selective", "explains_most")
"""Shares of units; all else has an interval of its own."""

PROGRESSION = "progression_"
PERMUTED, RANDOM_ORDER = "permuted", "random order"
"""Controls: attributes handed to other pictures, categories regrouped; and layers in any order."""

WIDTH = 2 * 1.959964
"""Of a 95 % interval, in standard errors."""

RUN = ["model", "run"]
KEPT = [*RUN, "layer", "quantity", "attribute", "control", "value", "error", "images", "chance"]


def selectivity(table: pd.DataFrame) -> pd.DataFrame:
    """Measures of units by layer and attribute, at sites behind a non-linearity, with the error over units; and the
    rank correlation of shares of variance with depth, which has no layer.

    Beside them, as controls: `permuted`, the 97.5 % quantile with attributes shuffled (of `between_kinds`, with
    categories regrouped); `random order`, a correlation of 0 with the spread that it has over orders of so many layers.
    """
    rows = table[(table["by"] == BY) & table["site"].isin(ONE_SIGN)].reset_index(drop=True)
    is_share, trend = rows["quantity"].isin(SHARES), rows["quantity"].str.startswith(PROGRESSION)
    found = rows.assign(
        layer=rows["layer"].where(rows["layer"] != ALL_LAYERS).astype("Int64"),
        control=None,
        error=((rows["high"] - rows["low"]) / WIDTH).where(~is_share),
        images=rows["n"].where(is_share),
        chance=rows["null"].where(~trend, 0.0),
    )
    controls = found[found["null"].notna()]
    controls = controls.assign(value=controls["null"].where(~trend, 0.0), error=0.0, images=np.nan)
    ordered = trend[controls.index]
    controls["control"] = np.where(ordered, RANDOM_ORDER, PERMUTED)
    controls.loc[ordered, "error"] = controls.loc[ordered, "run"].map(_spread(rows))
    return pd.concat([found, controls])[KEPT].assign(analysis="selectivity")


def _spread(rows: pd.DataFrame) -> dict[int, float]:
    """By run, the standard deviation of Spearman's correlation over all orders of its layers: 1 / √(layers - 1)."""
    layers = rows[rows["layer"] != ALL_LAYERS].groupby("run")["layer"].nunique()
    return {int(str(run)): 1 / np.sqrt(count - 1) for run, count in layers.items() if count > 1}


READERS: Readers = {"selectivity": (selectivity,)}
"""By kind of analysis table."""
