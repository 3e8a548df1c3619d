import math

import numpy as np
import pytest
from scipy import stats

from vitatlas.statistics.correlation import correlation


@pytest.mark.parametrize("n", [4, 6, 30])
def test_r_and_its_interval_are_those_of_scipy(n):
    rng = np.random.default_rng(n)
    x = rng.normal(size=n)
    y = x + rng.normal(size=n)
    result = stats.pearsonr(x, y)
    low, high = result.confidence_interval(0.95)
    assert correlation(x, y) == pytest.approx((result.statistic, low, high))


def test_three_points_have_a_correlation_without_an_interval():
    r, low, high = correlation([1, 2, 3], [1, 3, 2])
    assert r == pytest.approx(0.5) and math.isnan(low) and math.isnan(high)


@pytest.mark.parametrize(("x", "y"), [([1], [2]), ([], []), ([1, 1, 1, 1], [1, 2, 3, 4]), ([1, 2, 3, 4], [2, 2, 2, 2])])
def test_without_variation_there_is_none(x, y):
    assert all(math.isnan(value) for value in correlation(x, y))


def test_points_on_a_line_have_no_interval():
    r, low, high = correlation([1, 2, 3, 4], [2, 4, 6, 8])
    assert r == 1 and math.isnan(low) and math.isnan(high)
