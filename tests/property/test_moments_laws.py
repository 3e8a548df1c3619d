from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.relations.attention.moments import Moments


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 7), min_size=1, max_size=6), st.sampled_from([0.0, 1e6]))
def test_batches_add_up_to_all_images_at_once(seed: int, sizes: list[int], offset: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.random((sum(sizes), 2, 3)) + offset
    member = rng.random((sum(sizes), 4)) < 0.5
    moments = Moments(4, (2, 3))
    start = 0
    for size in sizes:
        moments.add(values[start : start + size], member[start : start + size])
        start += size
    for group in range(4):
        chosen = values[member[:, group]]
        assert moments.n[group] == len(chosen)
        if len(chosen):
            np.testing.assert_allclose(moments.mean[group], chosen.mean(0), rtol=1e-12)
        if len(chosen) > 1:
            sem = chosen.std(0, ddof=1) / np.sqrt(len(chosen))
            np.testing.assert_allclose(moments.sem[group], sem, rtol=1e-6, atol=1e-10)
        else:
            assert np.isnan(moments.sem[group]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 30))
def test_disjoint_groups_sum_up_to_all(seed: int, images: int) -> None:
    rng = np.random.default_rng(seed)
    values, half = rng.random((images, 5)), rng.random(images) < 0.5
    moments = Moments(3, (5,))
    moments.add(values, np.stack([np.ones(images, dtype=bool), half, ~half], axis=1))
    assert moments.n[0] == moments.n[1] + moments.n[2]
    parts = (moments.n[1] * moments.mean[1] + moments.n[2] * moments.mean[2]) / images
    np.testing.assert_allclose(moments.mean[0], parts, rtol=1e-12)
