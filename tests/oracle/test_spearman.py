"""Spearman's rho and the rank agreement of tables against scipy's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vitatlas.components.score.agreement import component_order, feature_order
from vitatlas.statistics.ranks import ranks, spearman

stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize("levels", [3, 10, 1000])
@pytest.mark.parametrize("n", [4, 31, 157])
def test_rho_is_that_of_scipy_with_ties_too(n: int, levels: int) -> None:
    rng = np.random.default_rng(n + levels)
    x = rng.integers(levels, size=n).astype(float)
    y = x + rng.integers(levels, size=n)
    assert spearman(x, y)[0] == pytest.approx(stats.spearmanr(x, y).statistic)
    np.testing.assert_array_equal(ranks(x), stats.rankdata(x))


def test_missing_pairs_are_left_out_as_by_scipy() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 40))
    x[3], y[17] = np.nan, np.nan
    assert spearman(x, y)[0] == pytest.approx(stats.spearmanr(x, y, nan_policy="omit").statistic)


def test_orders_of_components_and_features_are_those_of_scipy() -> None:
    rng = np.random.default_rng(2)
    first, second = (pd.DataFrame(rng.normal(size=(12, 5)), columns=list("abcde")) for _ in range(2))
    over_components, over_features = component_order(first, second, 120), feature_order(first, second, 120)
    assert over_components["feature"].tolist() == list("abcde")
    wanted = [stats.spearmanr(first[name], second[name]).statistic for name in first]
    np.testing.assert_allclose(over_components["value"], wanted)
    wanted = [stats.spearmanr(first.loc[i], second.loc[i]).statistic for i in range(12)]
    np.testing.assert_allclose(over_features["value"], wanted)
