"""Laws of how alike the activations of pictures are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.features.path_similarity.measure import alike, of_unit

SEEDS = st.integers(0, 2**32 - 1)
COUNTS = st.integers(2, 6)
WIDTHS = st.integers(3, 40)
laws = settings(max_examples=60, deadline=None)


@laws
@given(seed=SEEDS, count=COUNTS, width=WIDTHS, gain=st.floats(1e-3, 1e3), offset=st.floats(-100, 100))
def test_likeness_knows_no_gain_offset_or_order(seed: int, count: int, width: int, gain: float, offset: float) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(count, width)), rng.normal(size=(count + 1, width))
    found, order = alike(first, second), rng.permutation(width)
    assert np.abs(found).max() <= 1
    np.testing.assert_allclose(alike(second, first).T, found, atol=1e-12)
    assert alike(gain * first + offset, second) == pytest.approx(found, abs=1e-6)
    assert alike(-first, second) == pytest.approx(-found)
    assert alike(first[:, order], second[:, order]) == pytest.approx(found)


@laws
@given(seed=SEEDS, count=COUNTS, width=WIDTHS)
def test_a_picture_that_is_a_natural_one_is_as_alike_as_that_one(seed: int, count: int, width: int) -> None:
    """Copies of one picture are at 1; made pictures that are each of the natural ones in turn are, in the mean, as
    alike as these are with each other and with themselves."""
    rng = np.random.default_rng(seed)
    own, others = rng.normal(size=(count, width)), rng.normal(size=(3, width))
    copies = of_unit(own[0], np.repeat(own[:1], count, 0), others)
    assert copies["made"] == pytest.approx(1) and copies["natural"] == pytest.approx(1)
    assert copies["made_others"] == pytest.approx(copies["natural_others"])
    each = [of_unit(one, own, others) for one in own]
    natural = each[0]["natural"]
    assert np.mean([found["made"] for found in each]) == pytest.approx((1 + (count - 1) * natural) / count)
    assert np.mean([found["made_others"] for found in each]) == pytest.approx(each[0]["natural_others"])
