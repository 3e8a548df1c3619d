"""Rank agreement of component scores with what CLIP sees (tables 2 and 4), the untrained encoder beside the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.rows import rows_of
from vitatlas.components.words import WORDS

ORDERINGS = {"component_order": "Component ordering", "feature_order": "Feature ordering"}
CONTROL = (
    "An untrained encoder has random weights and maps of its own: what it reaches says nothing of what components do. "
    "Scores are held against a proxy that shares the components' images with them."
)


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of scores.

    Returns:
        Columns model, title, untrained, ordering, feature, value, low, high, sd, over, runs, n. One row per feature of
        the component ordering, with the mean over runs of value and of the bounds of its 95 % interval over components;
        and one per ordering, whose feature is `mean`, with the standard deviation over features or components (`over`).
    """
    rows: list[dict[Any, Any]] = []
    for panel in spec.panels:
        own = rows_of(table, panel, *ORDERINGS)
        shared = {"model": panel.model, "title": panel.title, "untrained": panel.untrained}
        runs = int(own["run"].nunique())
        for feature, cell in own[own["quantity"] == "component_order"].groupby("feature", sort=False):
            means = cell[["value", "low", "high"]].mean().to_dict()
            rows.append(shared | {"ordering": "component_order", "feature": feature, **means, "n": cell["n"].min()})
        for ordering, key in (("component_order", "feature"), ("feature_order", "component")):
            cell = own[own["quantity"] == ordering]
            by = cell.groupby(key)["value"].mean()
            mean = {"value": by.mean(), "sd": by.std(), "over": int(by.count()), "n": cell["n"].min()}
            rows.append(shared | {"ordering": ordering, "feature": "mean", **mean})
        for row in rows:
            row.setdefault("runs", runs)
    columns = ["model", "title", "untrained", "ordering", "feature", "value", "low", "high", "sd", "over", "runs", "n"]
    return pd.DataFrame(rows).reindex(columns=columns)


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it: a row per encoder (orderings), or per feature with a column per encoder."""
    if spec.typed_options.by == "ordering":
        means = values[values["feature"] == "mean"]
        rows = [
            {"Model": str(title)} | {ORDERINGS[str(cell["ordering"])]: _spread(cell) for _, cell in cells.iterrows()}
            for title, cells in means.groupby("title", sort=False)
        ]
        return pd.DataFrame(rows)
    of_features = values[(values["ordering"] == "component_order") & (values["feature"] != "mean")]
    rows = []
    for feature, cells in of_features.groupby("feature", sort=False):
        row = {"Feature": WORDS.get(str(feature), str(feature))}
        rows.append(row | {str(cell["title"]): _interval(cell) for _, cell in cells.iterrows()})
    return pd.DataFrame(rows)


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    spread = (
        "Mean ± standard deviation over features, and over components."
        if spec.typed_options.by == "ordering"
        else "In brackets the 95 % interval over components."
    )
    return [*spec.remarks, spread, CONTROL]


def _spread(cell: pd.Series) -> str:
    return f"{cell['value']:.2f} ± {cell['sd']:.2f}"


def _interval(cell: pd.Series) -> str:
    value, low, high = cell["value"], cell["low"], cell["high"]
    return f"{value:.2f}" if np.isnan(low) else f"{value:.2f} [{low:.2f}, {high:.2f}]"
