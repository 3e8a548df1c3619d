"""The parts that tables of accuracy share: the rows that they read, and how a mean is written."""

from __future__ import annotations

import math

import pandas as pd

from vitatlas.relations.artifacts import ArtifactSpec, PanelSpec
from vitatlas.relations.rows import rows_of


def accuracies_of(table: pd.DataFrame, panel: PanelSpec, spec: ArtifactSpec) -> pd.DataFrame:
    """The panel's rows of accuracy, with the weights that the table is of (option `checkpoint`).

    Raises:
        UserError: The panel has no rows at all.
    """
    rows = rows_of(table, panel)
    return rows[(rows["metric"] == "accuracy") & (rows["checkpoint"] == spec.typed_options.checkpoint)]


def with_deviation(mean: str, deviation: float) -> str:
    """Mean ± standard deviation; the mean alone where there is one run."""
    return mean if math.isnan(deviation) else f"{mean} ± {deviation:.1f}"
