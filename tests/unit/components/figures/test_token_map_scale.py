"""The scale of heat-maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.components.figures.token_map_scale import MASS, scaled

MAPS = st.lists(st.floats(-1e3, 1e3).filter(lambda value: value == 0 or abs(value) > 1e-6), min_size=1, max_size=80)


@given(MAPS)
def test_what_is_not_cut_off_has_at_least_its_share_of_the_mass_and_less_would_not(values: list[float]) -> None:
    drawn, scale = scaled(values)
    size = np.abs(values)
    assert (np.abs(drawn) <= 1).all() and (np.sign(drawn) == np.sign(values)).all()
    if scale == 0:
        assert not size.any()
        return
    assert scale in size
    total = size.sum()
    assert size[size <= scale].sum() >= MASS * total * (1 - 1e-9)
    assert size[size < scale].sum() <= MASS * total * (1 + 1e-9)
    np.testing.assert_allclose(drawn, np.clip(np.array(values) / scale, -1, 1))


def test_one_large_value_among_many_is_cut_off() -> None:
    drawn, scale = scaled([*[1.0] * 999, -10.0])
    assert scale == 1 and drawn[-1] == -1 and drawn[0] == 1


def test_a_map_does_not_depend_on_its_unit() -> None:
    values = np.random.default_rng(0).normal(size=49)
    np.testing.assert_allclose(scaled(values)[0], scaled(1e-6 * values)[0])
    assert scaled(1e-6 * values)[1] == pytest.approx(1e-6 * scaled(values)[1])
