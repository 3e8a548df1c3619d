"""Ranks, also within groups of pictures, with ties."""

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from vitatlas.features.selectivity.groups import auc, entropy, eta_squared, sums
from vitatlas.features.selectivity.groups import centred as less_mean
from vitatlas.features.selectivity.order import Order


def scores(seed: int, ties: bool, shape: tuple[int, int] = (60, 5)) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 6, shape).astype(np.float32) if ties else rng.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("ties", [True, False])
def test_ranks_are_those_of_scipy(ties: bool) -> None:
    values = scores(0, ties)
    np.testing.assert_array_equal(Order(values).ranks(), rankdata(values, axis=0))


@pytest.mark.parametrize("ties", [True, False])
def test_ranks_in_groups_are_those_of_the_groups_alone(ties: bool) -> None:
    values, codes = scores(1, ties), np.random.default_rng(2).integers(0, 4, 60)
    found = Order(values).ranks(codes)
    for code in range(4):
        np.testing.assert_array_equal(found[codes == code], rankdata(values[codes == code], axis=0))


def test_one_tied_unit_among_others_has_its_mean_ranks() -> None:
    values = scores(3, False)
    values[:, 2] = 1
    np.testing.assert_array_equal(Order(values).ranks()[:, 2], np.full(60, 30.5))


@pytest.mark.parametrize("ties", [True, False])
def test_below_counts_lower_scores_and_half_of_equal_ones(ties: bool) -> None:
    values, chosen = scores(4, ties), np.random.default_rng(5).random(60) < 0.4
    others = values[chosen]
    expected = (others < values[:, None]).sum(1) + (others == values[:, None]).sum(1) / 2
    np.testing.assert_array_equal(Order(values).below(chosen), expected)


def test_top_pictures_are_the_largest_and_of_equal_ones_the_earlier() -> None:
    values = np.array([[1, 0], [3, 2], [3, 2], [2, 2]], dtype=np.float32)
    assert Order(values).top(2).tolist() == [[1, 2], [1, 2]]
    assert Order(values).top(9).tolist() == [[1, 2, 3, 0], [1, 2, 3, 0]]


@pytest.mark.parametrize("ties", [True, False])
def test_auc_is_that_of_sklearn(ties: bool) -> None:
    values, codes = scores(6, ties), np.random.default_rng(7).integers(0, 3, 60)
    counts = np.bincount(codes)
    found = auc(sums(Order(values).ranks(), codes, 3), counts, 60 - counts)
    expected = [[roc_auc_score(codes == code, column) for column in values.T] for code in range(3)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_auc_without_one_side_is_missing() -> None:
    assert np.isnan(auc(np.zeros((1, 2)), np.array([0]), np.array([5]))).all()


def test_auc_of_the_label_is_one_of_its_negative_zero_and_of_noise_a_half() -> None:
    rng = np.random.default_rng(8)
    label = rng.integers(0, 2, 4000)
    values = np.stack([label, -label, rng.normal(size=4000)], 1).astype(np.float32)
    counts = np.bincount(label)
    found = auc(sums(Order(values).ranks(), label, 2), counts, 4000 - counts)[1]
    assert found[0] == 1 and found[1] == 0
    assert found[2] == pytest.approx(0.5, abs=3 / np.sqrt(4000))


def test_eta_squared_is_between_over_total_and_missing_for_silent_units() -> None:
    rng = np.random.default_rng(9)
    codes = rng.integers(0, 4, 200)
    values = np.stack([codes, rng.normal(size=200) + codes, np.ones(200)], 1) + 1e3
    found = eta_squared(less_mean(values), codes, 5)
    groups = [values[codes == code, 1] for code in range(4)]
    between = sum(len(group) * (group.mean() - values[:, 1].mean()) ** 2 for group in groups)
    assert found[0] == pytest.approx(1) and np.isnan(found[2])
    assert found[1] == pytest.approx(between / np.square(values[:, 1] - values[:, 1].mean()).sum())


def test_shares_of_crossed_balanced_attributes_sum_to_one_at_most() -> None:
    first, second = (values.ravel() for values in np.meshgrid(range(4), range(5)))
    values = np.random.default_rng(10).normal(size=(20, 50))
    values[:, 0] = first * 2.0 + second
    shares = [eta_squared(less_mean(values), codes, 5) for codes in (first, second)]
    assert (sum(shares) <= 1 + 1e-12).all()
    assert sum(shares)[0] == pytest.approx(1)


def test_entropy_is_zero_for_one_value_and_full_for_all_equally() -> None:
    codes = np.array([[2, 2, 2, 2], [0, 1, 2, 3], [0, 0, 1, 1]])
    assert entropy(codes, 4).tolist() == pytest.approx([0, 2, 1])
