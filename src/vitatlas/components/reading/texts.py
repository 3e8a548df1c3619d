"""Readings of scores and of labels: how components and texts go together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.components.rows import KNOWN_ABOVE
from vitatlas.statistics.correlation import NORMAL_95

CELL = ["model", "run"]
MEAN = "mean"
"""In the place of a feature: the mean over features."""


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Rank agreement of scores with what CLIP sees (tables 2 and 4): of the order of components per feature, with the
    error over components; and the means over features, and over components, with the errors over these."""
    components = _correlations(table, "component_order")
    of_parts = table[table["quantity"] == "feature_order"]
    parts = [components, _mean(components), _mean(of_parts)]
    return pd.concat(parts, ignore_index=True).assign(analysis="scores")


def controls(table: pd.DataFrame) -> pd.DataFrame:
    """How scores follow what is in components, and what their ablation costs: rank correlations per feature, with the
    error over components, and their means over the features that the representation holds."""
    parts = []
    for quantity in ("score_follows_decodability", "score_follows_lost"):
        found = _where_held(_correlations(table, quantity), table)
        parts += [found, _mean(found.dropna(subset="value"))]
    return pd.concat(parts, ignore_index=True).assign(analysis="scores")


def alignment(table: pd.DataFrame) -> pd.DataFrame:
    """Match rate (error over components) and distance to CLIP (error over pictures) by method; the rate of guessing as
    the method `chance`."""
    rows = table[table["quantity"].isin(["match_rate", "distance"])]
    guessed = rows[rows["quantity"] == "match_rate"].drop_duplicates(CELL)
    guessing = guessed.assign(method="chance", value=guessed["chance"], error=0.0)
    found = pd.concat([rows, guessing], ignore_index=True)
    return found.drop(columns="chance").assign(analysis="labels")


def _correlations(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    rows = table[table["quantity"] == quantity]
    error = (rows["high"] - rows["low"]) / (2 * NORMAL_95)
    return rows[[*CELL, "quantity", "feature", "value"]].assign(error=error)


def _mean(rows: pd.DataFrame) -> pd.DataFrame:
    """The mean over features or components, with its standard error."""
    grouped = rows.groupby([*CELL, "quantity"], sort=False)["value"]
    found = grouped.agg(value="mean", error=lambda values: values.std() / np.sqrt(values.count())).reset_index()
    return found.assign(feature=MEAN)


def _where_held(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Values of features that the whole representation holds; no number for others."""
    whole = table[(table["quantity"] == "decodability") & (table["component"] < 0)]
    above = rows.merge(whole[[*CELL, "feature", "value"]], on=[*CELL, "feature"], how="left", suffixes=("", "_whole"))
    held = (above["value_whole"] >= KNOWN_ABOVE).to_numpy()
    return rows.assign(value=rows["value"].where(held))
