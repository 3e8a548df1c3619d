"""Quantiles and errors of shares, against scipy and against drawing."""

import math

import numpy as np
import pytest
from scipy import stats

from vitatlas.statistics.intervals import expected_maximum, share_error
from vitatlas.statistics.students_t import quantile


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30, 1000])
@pytest.mark.parametrize("probability", [0.5, 0.8, 0.95, 0.975])
def test_quantiles_of_t_are_those_of_scipy(freedom, probability):
    assert quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=0.01, abs=1e-12)
    assert quantile(1 - probability, freedom) == pytest.approx(-quantile(probability, freedom), abs=1e-9)


def test_of_endless_freedom_it_is_the_normal_distribution():
    assert quantile(0.975, math.inf) == pytest.approx(stats.norm.ppf(0.975))


def test_errors_of_shares():
    assert share_error(0.5, 10_000) == pytest.approx(0.005, rel=1e-3)
    assert share_error(0.9, 10_000) == pytest.approx(0.003, rel=1e-2)
    assert 0 < share_error(1.0, 100) < 0.02
    assert np.isnan(share_error([0.5, 0.5], [np.nan, 100])).tolist() == [True, False]


@pytest.mark.parametrize("count", [1, 2, 6, 12, 24])
def test_the_largest_of_several_is_as_drawn(count):
    drawn = np.random.default_rng(count).normal(size=(100_000, count)).max(axis=1).mean()
    assert expected_maximum(count) == pytest.approx(drawn, abs=0.03)
