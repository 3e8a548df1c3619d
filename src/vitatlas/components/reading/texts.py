"""Readings of scores and of labels: how components and texts go together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.components.rows import KNOWN_ABOVE
from vitatlas.statistics.correlation import NORMAL_95

CELL = ["model", "run"]
MEAN, GREATEST = "mean", "greatest"
"""In the place of a feature: the mean over features, or the greatest value that any of them has."""

SHARING = 4
"""The number of components, next to the one with the largest score, that a feature is expected to be shared with."""


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Rank agreement of scores with what CLIP sees (tables 2 and 4): of the order of components per feature, with the
    error over components; and the means over features, and over components, with the errors over these; and how far
    one component is ahead of others, see `_leads`."""
    components = _correlations(table, "component_order")
    of_parts = table[table["quantity"] == "feature_order"]
    leads = _leads(table)
    parts = [components, _mean(components), _mean(of_parts), leads, _mean(leads), _greatest(leads)]
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


def _leads(table: pd.DataFrame) -> pd.DataFrame:
    """By how much the largest score of each feature exceeds the mean of the next ones, with no error of its own; no
    number where there are too few components."""
    scores = table[table["quantity"] == "score"]
    found = scores.groupby([*CELL, "feature"], sort=False)["value"].agg(_lead).reset_index()
    return found.assign(quantity="lead", error=0.0)


def _lead(scores: pd.Series) -> float:
    largest = scores.dropna().nlargest(1 + SHARING)
    return float(largest.iloc[0] - largest.iloc[1:].mean()) if len(largest) > SHARING else np.nan


def _greatest(rows: pd.DataFrame) -> pd.DataFrame:
    """The greatest value over features, with no error of its own; no number where one of them has none."""
    greatest = rows.groupby([*CELL, "quantity"], sort=False)["value"].agg(lambda values: values.max(skipna=False))
    return greatest.reset_index().assign(feature=GREATEST, error=0.0)


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
