"""Rank agreement of two tables [components × features]: scores with proxies, decodability or effects (Tables 2, 4)."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.statistics.ranks import Values, spearman

IMAGES_PER_COMPONENT = 10
"""With fewer, the order of components says more about the sample than about them."""


def component_order(first: pd.DataFrame, second: pd.DataFrame, images: int) -> pd.DataFrame:
    """Spearman's rho over components, one row per feature: feature, value, low, high.

    Missing values are left out; the bounds are those of the 95 % interval. The mean of `value` is Table 2's.

    Raises:
        UserError: Tables of other components or features; fewer images than ten times the components.
    """
    _check(first, second, images)
    return _table("feature", ((name, first[name], second[name]) for name in first.columns))


def feature_order(first: pd.DataFrame, second: pd.DataFrame, images: int) -> pd.DataFrame:
    """Spearman's rho over features, one row per component: component, value, low, high.

    As `component_order` else; the mean of `value` is Table 2's.
    """
    _check(first, second, images)
    return _table("component", ((i, first.loc[i], second.loc[i]) for i in first.index))


def _table(key: str, pairs: Iterator[tuple[object, Values, Values]]) -> pd.DataFrame:
    rows = [(name, *spearman(x, y)) for name, x, y in pairs]
    return pd.DataFrame(rows, columns=[key, "value", "low", "high"])


def _check(first: pd.DataFrame, second: pd.DataFrame, images: int) -> None:
    if not (first.index.equals(second.index) and first.columns.equals(second.columns)):
        raise UserError(
            "two tables of other components or features are compared",
            where=f"features {list(first.columns)} and {list(second.columns)}",
            remedy="take the same components and features, in the same order",
        )
    if images < IMAGES_PER_COMPONENT * len(first):
        raise UserError(
            f"{images} images are too few to rank {len(first)} components",
            remedy=f"take at least {IMAGES_PER_COMPONENT * len(first)}",
        )
