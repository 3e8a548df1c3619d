"""Streaming top-k, moments and counts: cases; their laws are in the property tests."""

from __future__ import annotations

import numpy as np
import pytest

from vitatlas.features.top.moments import Moments
from vitatlas.features.top.ranking import TopK


def test_the_highest_come_first_and_of_equal_ones_the_earlier_picture() -> None:
    top = TopK(4)
    top.add(np.array([[1.0], [3.0], [-2.0]], np.float32), 0)
    top.add(np.array([[3.0], [1.0], [0.5]], np.float32), 3)
    assert top.scores[:, 0].tolist() == [3, 3, 1, 1]
    assert top.pictures[:, 0].tolist() == [1, 3, 0, 4]


def test_negative_scores_are_ranked_too_and_zero_has_no_sign() -> None:
    top = TopK(3)
    top.add(np.array([[-0.0], [-5.0], [0.0], [-0.5], [-0.0]], np.float32), 0)
    assert top.pictures[:, 0].tolist() == [0, 2, 4]
    top = TopK(3)
    top.add(np.array([[-7.0], [-5.0], [-1e-30]], np.float32), 0)
    assert top.scores[:, 0].tolist() == [np.float32(-1e-30), -5, -7]


def test_fewer_pictures_than_k_are_all_kept() -> None:
    top = TopK(9)
    top.add(np.zeros((2, 3), np.float32), 0)
    assert top.scores.shape == (2, 3)


def test_a_late_shard_with_the_earlier_pictures_wins_ties() -> None:
    early, late = TopK(2), TopK(2)
    late.add(np.ones((3, 1), np.float32), 100)
    early.add(np.ones((1, 1), np.float32), 0)
    late.merge(early)
    assert late.pictures[:, 0].tolist() == [0, 100]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        TopK(1).add(np.array([[0.0], [bad]], np.float32), 0)


def test_none_of_the_highest_and_the_highest_of_none_are_refused() -> None:
    with pytest.raises(ValueError, match="less than 1"):
        TopK(0)
    with pytest.raises(ValueError, match="no scores"):
        _ = TopK(1).scores


def test_moments_are_stable_where_sums_of_squares_are_not() -> None:
    rng = np.random.default_rng(0)
    values = (4096 + 0.01 * rng.standard_normal((1000, 2))).astype(np.float32)
    moments = Moments()
    for start in range(0, 1000, 7):
        moments.add(values[start : start + 7])
    assert moments.sd == pytest.approx(values.astype(np.float64).std(0, ddof=1), rel=1e-9)
    naive = np.square(values).mean(0) - np.square(values.mean(0))
    assert (np.abs(naive / moments.sd**2 - 1) > 1).all()


def test_one_picture_has_no_standard_deviation() -> None:
    moments = Moments()
    moments.add(np.ones((1, 3), np.float32))
    assert moments.n == 1 and np.isnan(moments.sd).all() and moments.sd.shape == (3,)
