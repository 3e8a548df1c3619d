"""The scores of components, as the jobs that find pictures read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from vitatlas.config.read import require_known
from vitatlas.errors import UserError

WHOLE = -1
"""The number that stands for the whole representation."""


def scores_of(table: pd.DataFrame, names: Sequence[str], features: Sequence[str], where: Path) -> pd.DataFrame:
    """The scores of components [components × features], in the order of `names`.

    Args:
        table: As `component_scores` wrote it.
        names: Of the components that have a map.
        features: Which are wanted.
        where: The table's file.

    Raises:
        UserError: The scores are of other components; there is no such feature.
    """
    rows = table[table["quantity"] == "score"]
    for feature in features:
        require_known(feature, rows["feature"].unique(), "feature", str(where))
    found = rows[["component", "name"]].drop_duplicates().sort_values("component")["name"].tolist()
    if found != list(names):
        raise UserError(
            f"the scores are of {len(found)} components, and not of the {len(names)} that are there, in their order",
            where=where,
            remedy="delete the scores and make them again",
        )
    return rows.pivot(index="component", columns="feature", values="value")[list(features)]


def read_by_probe(table: pd.DataFrame, features: Sequence[str]) -> pd.DataFrame:
    """The share that a linear probe reads rightly of each feature in the whole representation: feature, value, chance,
    n. A feature that z does not hold cannot be found by its components either."""
    whole = table[(table["component"] == WHOLE) & table["feature"].isin(list(features))]
    values, chance = (whole[whole["quantity"] == name] for name in ("accuracy", "chance"))
    found = values[["feature", "value", "n"]].merge(
        chance[["feature", "value"]].rename(columns={"value": "chance"}), on="feature"
    )
    return found.assign(quantity="read_by_probe")
