"""Readings of what visualisations are worth, by group; the key `control` is the set that they belong to.

Errors are standard errors over features, from the intervals of the tables. Where a set has several weights, a reading
is the mean over them: the weight that looks best is not the one that is reported.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.features.quality.names import ALL_LAYERS
from vitatlas.statistics.correlation import NORMAL_95
from vitatlas.verdicts.collect import Readers

CELL = ["model", "run"]
PLACE = ["site", "layer"]
CHANCE = "chance"
"""In the place of a control: what guessing reaches."""

GAP, SHARE = "high_frequency_gap", "high_frequency"
FEED_FORWARD = "mlp.act"
FOUND = ("partner", "natural_partner")
"""Quantities that are 1 over the number of features by chance."""

AVERAGED = ("works", "exceeds", "repeats", *FOUND)
"""Quantities whose mean over the layers of a site is read too."""

COLUMNS = [*CELL, *PLACE, "quantity", "control", "value", "error"]


def quality_gallery(table: pd.DataFrame) -> pd.DataFrame:
    """Measures by layer, and over all layers: how many visualisations work, and how many find their partner beside what
    guessing would find."""
    rows = _measures(table)
    whole = rows[rows["quantity"].isin(AVERAGED)]
    parts = [rows, *(_over_layers(part) for part in (whole, _guessing(whole)))]
    return pd.concat(parts, ignore_index=True)[COLUMNS].assign(analysis="quality_gallery")


def quality_sites(table: pd.DataFrame) -> pd.DataFrame:
    """Measures by site and layer, and the share of high frequencies less that of the feed-forward layer."""
    rows = _measures(table)
    return pd.concat([rows, _gaps(rows)], ignore_index=True)[COLUMNS].assign(analysis="quality_sites")


def quality_departures(table: pd.DataFrame) -> pd.DataFrame:
    """Measures of each way to visualise."""
    return _measures(table)[COLUMNS].assign(analysis="quality_departures")


def quality_parametrisations(table: pd.DataFrame) -> pd.DataFrame:
    """Measures of each way to write a picture."""
    return _measures(table)[COLUMNS].assign(analysis="quality_parametrisations")


def _measures(table: pd.DataFrame) -> pd.DataFrame:
    """Means over weights: the columns of readings, and n."""
    rows = table.assign(error=(table["high"] - table["low"]) / (2 * NORMAL_95), control=table["set"])
    grouped = rows.groupby([*CELL, *PLACE, "quantity", "control"], sort=False, dropna=False)
    # An error is at most the mean of the errors, as the same features are seen at all weights
    found = grouped.agg(value=("value", "mean"), error=("error", "mean"), n=("n", "min")).reset_index()
    layer = found["layer"].astype("Int64")
    return found.assign(layer=layer.mask(layer == ALL_LAYERS))


def _over_layers(rows: pd.DataFrame) -> pd.DataFrame:
    """The mean over the features of all layers of a site, without a layer."""
    parts = []
    for key, some in rows.groupby([*CELL, "site", "quantity", "control"], sort=False):
        known = some.dropna(subset="value")
        share = known["n"] / known["n"].sum()
        value = float((share * known["value"]).sum()) if len(known) else np.nan
        error = float(np.sqrt(((share * known["error"]) ** 2).sum()))
        parts.append(
            dict(zip([*CELL, "site", "quantity", "control"], key, strict=True)) | {"value": value, "error": error}
        )
    found = pd.DataFrame(parts, columns=[*CELL, "site", "quantity", "control", "value", "error"])
    return found.assign(layer=pd.array([pd.NA] * len(found), dtype="Int64"))


def _guessing(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of partners that guessing finds, among as many features; exact."""
    guessed = rows[rows["quantity"].isin(FOUND)]
    known = guessed["value"].notna()
    value = (1 / guessed["n"].where(guessed["n"] > 0)).where(known)
    return guessed.assign(control=guessed["control"] + f", {CHANCE}", value=value, error=0.0)


def _gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of high frequencies less that of the feed-forward layer at the same depth."""
    shares = rows[rows["quantity"] == SHARE]
    of_feed_forward = shares[shares["site"] == FEED_FORWARD].drop(columns=["site", "quantity", "n"])
    both = shares[shares["site"] != FEED_FORWARD].merge(
        of_feed_forward, on=[*CELL, "layer", "control"], suffixes=("", "_ff")
    )
    error = np.hypot(both["error"], both["error_ff"])
    return both.assign(quantity=GAP, value=both["value"] - both["value_ff"], error=error)


READERS: Readers = {
    "quality_gallery": (quality_gallery,),
    "quality_sites": (quality_sites,),
    "quality_departures": (quality_departures,),
    "quality_parametrisations": (quality_parametrisations,),
}
"""By kind of analysis table."""
