"""The visualisations that figures show: which of several weights, runs and replicates of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from vitatlas.errors import UserError

KEPT = 0.8
"""The largest weight is shown whose activation is at least this share of that at the smallest weight."""
PLACE = ["site", "layer", "unit"]
FEED_FORWARD = "mlp.act"


def visualised(table: pd.DataFrame, model: str, **wanted: Any) -> pd.DataFrame:
    """The rows with pictures of a model's first run, all weights and replicates.

    Args:
        table: Rows of analyses `visualised_…`, others may be among them.
        model: Whose.
        wanted: Further values by column.

    Raises:
        UserError: There are none.
    """
    rows = table[table["image"].notna() & (table["model"] == model)]
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    if rows.empty:
        about = ", ".join(f"{column} '{value}'" for column, value in {"model": model, **wanted}.items())
        raise UserError(
            f"nothing was visualised with {about}",
            where="key `features.visualisations`",
            remedy="name a set of that kind, or delete the analysis tables and make them again",
        )
    return rows[rows["run"] == rows["run"].min()]


def one_each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per set, site, layer and unit: the first replicate, at the largest weight that keeps the activation.

    That is the largest weight whose activation is at least `KEPT` of the one at the smallest weight.
    """
    first = rows.sort_values(["replicate", "weight"], kind="stable")
    found = []
    for _, some in first.groupby(["set", *PLACE], sort=False):
        of_one = some[some["replicate"] == some["replicate"].iloc[0]]
        kept = of_one["activation"] >= KEPT * of_one["activation"].iloc[0]
        # Where the smallest weight reaches nothing above 0, there is nothing to keep
        found.append(of_one[kept].iloc[-1] if kept.any() else of_one.iloc[0])
    return pd.DataFrame(found).sort_values(PLACE, kind="stable").reset_index(drop=True)


def first_units(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """The rows of the first units of each set, site and layer, by number."""
    order = rows.groupby(["set", "site", "layer"])["unit"].rank(method="dense")
    return rows[order <= count]


def in_deviations(row: Mapping[Any, Any]) -> float:
    """The activation of a picture in standard deviations of the unit's scores of natural pictures."""
    return float(row["activation"]) / float(row["sd"]) if row["sd"] > 0 else float("nan")
