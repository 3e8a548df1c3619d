"""The parts that figures and tables of this paper share: the rows of a panel, and means over runs."""

from __future__ import annotations

import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.components.artifacts import PanelSpec

KNOWN_ABOVE = 0.1
"""Accuracy above chance from which on a feature counts as something that a representation holds."""


def rows_of(table: pd.DataFrame, panel: PanelSpec, *quantities: str) -> pd.DataFrame:
    """The rows of a panel's model, of some quantities or of all.

    Raises:
        UserError: There are none.
    """
    rows = rows_where(table, {"model": panel.model})
    return rows[rows["quantity"].isin(quantities)] if quantities else rows


def over_runs(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means over runs: `by`, value, low, high (means of bounds), runs, n."""
    grouped = rows.groupby(by, sort=False, dropna=False)
    found = grouped.agg(
        value=("value", "mean"), low=("low", "mean"), high=("high", "mean"), runs=("run", "nunique"), n=("n", "min")
    )
    return found.reset_index()


def held(table: pd.DataFrame, panel: PanelSpec) -> dict[str, bool]:
    """Whether a linear probe of the whole finds each feature, well above chance; by feature with labels."""
    rows = rows_of(table, panel, "decodability")
    whole = rows[rows["component"] < 0].groupby("feature", sort=False)["value"].mean()
    return {str(feature): bool(above >= KNOWN_ABOVE) for feature, above in whole.items()}
