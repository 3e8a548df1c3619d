import numpy as np
import pytest

from vitatlas.statistics.bootstrap import bootstrap_mean, weights_of


def test_the_interval_of_many_values_is_that_of_their_standard_error():
    values = np.random.default_rng(0).normal(3, 2, 400)
    found = bootstrap_mean(values, 4000, 1)
    reach = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean()) and found.n == 400
    assert (found.low, found.high) == pytest.approx((values.mean() - reach, values.mean() + reach), abs=0.02)


def test_one_value_has_no_interval_and_none_no_mean():
    one = bootstrap_mean(np.array([np.nan, 2.0]), 100, 0)
    assert (one.value, one.n) == (2, 1) and np.isnan(one.low) and np.isnan(one.high)
    none = bootstrap_mean(np.array([np.nan]), 100, 0)
    assert np.isnan(none.value) and none.n == 0


def test_weights_say_how_often_each_value_is_drawn():
    weights = weights_of(50, 3000, 0)
    assert weights.shape == (3000, 50) and (weights.sum(1) == 50).all()
    assert weights.mean(0) == pytest.approx(np.ones(50), abs=0.1)
    assert weights.var(0) == pytest.approx(np.full(50, 0.98), abs=0.15)


def test_pieces_do_not_change_the_draws_of_a_seed(monkeypatch):
    values = np.random.default_rng(1).normal(size=30)
    whole = bootstrap_mean(values, 500, 7)
    monkeypatch.setattr("vitatlas.statistics.bootstrap.NUMBERS", 70)
    assert bootstrap_mean(values, 500, 7) == whole
