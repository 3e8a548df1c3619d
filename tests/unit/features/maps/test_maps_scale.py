"""The brightness that maps are drawn with."""

from __future__ import annotations

import numpy as np
import pytest

from vitatlas.features.maps.scale import brightness

MAPS = np.array([[[-0.1, 0.5], [1.0, 3.0]], [[0.4, 0.4], [0.4, 0.4]]])


def test_one_scale_for_all_maps_of_a_unit() -> None:
    found = brightness(MAPS, 2.0)
    assert found == pytest.approx(np.array([[[0, 0.25], [0.5, 1]], [[0.2] * 2] * 2]))
    assert brightness(MAPS, np.array([2.0, 0.4]))[1] == pytest.approx(np.ones((2, 2)))


def test_the_reference_stretches_each_map_and_leaves_a_constant_one_dark() -> None:
    found = brightness(MAPS, 2.0, "reference")
    assert found[0] == pytest.approx(np.array([[0, 0.6], [1.1, 3.1]]) / 3.1)
    assert found[1].tolist() == [[0, 0], [0, 0]]


def test_a_unit_that_is_never_active_is_dark() -> None:
    assert brightness(MAPS, np.array([0.0, 1.0]))[0].tolist() == [[0, 0], [0, 0]]
