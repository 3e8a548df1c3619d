"""Ranks: missing pairs, what is not defined, and how often the interval holds the truth."""

import math

import numpy as np
import pandas as pd
import pytest

from vitatlas.statistics.ranks import ranks, spearman


def test_equal_values_share_the_mean_of_their_ranks_and_missing_ones_have_none():
    found = ranks([3.0, 1.0, 3.0, math.nan, 2.0]).tolist()
    assert found[:3] == [3.5, 1.0, 3.5] and math.isnan(found[3]) and found[4] == 2.0


def test_pairs_with_a_missing_value_are_left_out():
    x, y = [1, 2, math.nan, 4, 5, 3], [2, 1, 9, 3, math.nan, 5]
    assert spearman(x, y) == pytest.approx(spearman([1, 2, 4, 3], [2, 1, 3, 5]))


def test_rows_of_tables_are_paired_by_place():
    assert spearman(pd.Series([1, 2, 3], index=[2, 1, 0]), pd.Series([1, 2, 3]))[0] == 1


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([], []),
        ([1], [2]),
        ([1, 1, 1, 1], [1, 2, 3, 4]),
        ([1, math.nan, 2], [1, 2, math.nan]),
        ([math.nan] * 4, [1] * 4),
    ],
)
def test_without_two_pairs_that_vary_there_is_none(x, y):
    assert all(math.isnan(value) for value in spearman(x, y))


def test_a_perfect_order_and_three_pairs_have_no_interval():
    assert spearman([1, 2, 3, 4, 5], [1, 4, 9, 16, 25])[0] == 1
    assert math.isnan(spearman([1, 2, 3, 4, 5], [1, 4, 9, 16, 25])[1])
    rho, low, high = spearman([1, 2, 3], [1, 3, 2])
    assert rho == pytest.approx(0.5) and math.isnan(low) and math.isnan(high)


def test_a_half_among_31_pairs_is_known_to_about_a_third():
    rng = np.random.default_rng(0)
    tables = (rng.permutation(31) for _ in range(4000))
    near = min(tables, key=lambda order: abs(np.corrcoef(order, np.arange(31))[0, 1] - 0.5))
    rho, low, high = spearman(near, np.arange(31))
    assert rho == pytest.approx(0.5, abs=0.02)
    assert (low, high) == pytest.approx((0.155, 0.735), abs=0.02)


@pytest.mark.parametrize("r", [0.5, 0.9])
def test_the_interval_holds_the_truth_nineteen_times_in_twenty(r):
    """The plain interval of Fisher holds r = .9 in 91.5 % only."""
    rng, truth = np.random.default_rng(1), 6 / math.pi * math.asin(r / 2)
    x = rng.normal(size=(2500, 31))
    y = r * x + math.sqrt(1 - r * r) * rng.normal(size=x.shape)
    bounds = [spearman(*pair)[1:] for pair in zip(x, y, strict=True)]
    assert np.mean([low <= truth <= high for low, high in bounds]) == pytest.approx(0.955, abs=0.015)
