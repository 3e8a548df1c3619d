"""Laws of scores of units: ranks, moments and counts do not depend on the portions that pictures come in."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vitatlas.features.top.moments import Moments
from vitatlas.features.top.ranking import TopK
from vitatlas.features.top.tail import Tail

UNITS = 3
TIED = st.sampled_from([-2.5, -1.0, -0.0, 0.0, 1e-40, 0.5, 0.5, 3.0])
FREE = st.floats(-1e6, 1e6, width=32)


@st.composite
def cut_scores(draw: st.DrawFn) -> tuple[np.ndarray, list[int]]:
    """Scores [n, UNITS], and where to cut the pictures into portions."""
    count = draw(st.integers(1, 40))
    scores = draw(arrays(np.float32, (count, UNITS), elements=draw(st.sampled_from([TIED, FREE]))))
    cuts = draw(st.lists(st.integers(0, count), max_size=5))
    return scores, sorted({0, count, *cuts})


def portions(cuts: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(cuts))


def sorted_all(scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-scores, axis=0, kind="stable")[:k]
    return np.take_along_axis(scores, order, 0), order


@given(cut_scores(), st.integers(1, 50))
def test_streaming_ranks_are_those_of_a_sort_of_all(drawn: tuple[np.ndarray, list[int]], k: int) -> None:
    scores, cuts = drawn
    top = TopK(k)
    for first, stop in portions(cuts):
        top.add(scores[first:stop], first)
    values, order = sorted_all(scores, k)
    assert np.array_equal(top.scores, values) and np.array_equal(top.pictures, order)


@given(cut_scores(), st.integers(1, 50), st.randoms(use_true_random=False))
def test_shards_merge_to_the_ranks_of_the_whole_in_any_order(
    drawn: tuple[np.ndarray, list[int]], k: int, random: Random
) -> None:
    scores, cuts = drawn
    shards = []
    for first, stop in portions(cuts):
        shards.append(TopK(k))
        shards[-1].add(scores[first:stop], first)
    random.shuffle(shards)
    merged = TopK(k)
    for shard in shards:
        merged.merge(shard)
    values, order = sorted_all(scores, k)
    assert np.array_equal(merged.scores, values) and np.array_equal(merged.pictures, order)


@given(cut_scores())
def test_moments_are_those_of_the_whole_for_any_portions(drawn: tuple[np.ndarray, list[int]]) -> None:
    scores, cuts = drawn
    running, merged = Moments(), Moments()
    for first, stop in reversed(portions(cuts)):
        running.add(scores[first:stop])
        shard = Moments()
        shard.add(scores[first:stop])
        merged.merge(shard)
    exact = scores.astype(np.float64)
    size = np.abs(exact).max()
    for found in (running, merged):
        assert found.n == len(scores)
        assert found.mean == pytest.approx(exact.mean(0), abs=1e-12 * size)
        assert np.array_equal(found.least, exact.min(0)) and np.array_equal(found.greatest, exact.max(0))
        if len(scores) > 1:
            assert found.sd == pytest.approx(exact.std(0, ddof=1), rel=1e-6, abs=1e-9 * size)


@settings(deadline=None)
@given(cut_scores())
def test_counts_of_shards_add_up_and_the_scale_is_a_percentile_of_values(drawn: tuple[np.ndarray, list[int]]) -> None:
    scores, cuts = drawn
    values = torch.from_numpy(scores)
    whole, merged = Tail(UNITS), Tail(UNITS)
    whole.add(0, values)
    for first, stop in reversed(portions(cuts)):
        shard = Tail(UNITS)
        shard.add(0, values[first:stop])
        merged.merge(shard)
    assert torch.equal(whole.counts, merged.counts)
    greatest = scores.max(0).astype(np.float64)  # of fewer than 1000 patches the percentile is the greatest
    scale = merged.scale(greatest)
    near = (greatest > 0.0011) & (greatest < 1024)
    assert (scale[near] <= greatest[near]).all() and (scale[near] >= greatest[near] * 15 / 16).all()
    assert (scale[greatest < 0.0009] == 0).all()
