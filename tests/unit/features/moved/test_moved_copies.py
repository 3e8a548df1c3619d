"""Turned and shifted copies, against scipy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from vitatlas.features.moved.copies import angles, shifted, turned


def picture(side: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(1, 256, (3, side, side), dtype=torch.uint8, generator=generator)


@pytest.mark.parametrize("side", [16, 33])
@pytest.mark.parametrize("degrees", [0.0, 0.7, 13.2, 45.5, 121.9, 200.3, 340.8])
def test_a_turned_copy_is_scipy_s(side: int, degrees: float) -> None:
    image = picture(side)
    options = {"reshape": False, "order": 0, "mode": "grid-constant", "cval": 0}
    expected = ndimage.rotate(image.numpy(), degrees, axes=(1, 2), **options)
    assert turned(image, [degrees])[0].numpy().tolist() == expected.tolist()


@pytest.mark.parametrize("side", [8, 9])
def test_quarter_turns_are_counter_clockwise_and_lose_nothing(side: int) -> None:
    image = picture(side)
    found = turned(image, [0, 90, 180, 270, 360])
    for quarters, copy in enumerate(found):
        assert copy.equal(image.rot90(quarters, (1, 2)))


def test_corners_are_black_and_the_rest_is_of_the_picture() -> None:
    copy = turned(picture(64), [45.0])[0]
    assert copy.shape == (3, 64, 64) and copy.dtype == torch.uint8
    assert not copy[:, :8, :8].any() and not copy[:, -8:, -8:].any()
    assert copy[:, 24:40, 24:40].all()
    assert 0.15 < (copy == 0).double().mean() < 0.2, "1 - (2√2 - 2) of the square"


def test_angles_lie_in_the_first_degree_of_each_sector_and_are_the_picture_s_own() -> None:
    found = angles(3, "test/1")
    assert len(found) == 18
    assert all(20 * copy <= angle < 20 * copy + 1 for copy, angle in enumerate(found))
    assert found == angles(3, "test/1") != angles(3, "test/2") and found != angles(4, "test/1")
    many = np.array([angles(0, str(number)) for number in range(200)]) % 20
    assert many.mean() == pytest.approx(0.5, abs=0.02)


def test_shifted_copies_are_rolls_by_up_to_three_steps_each_way() -> None:
    image = picture(20)
    found = shifted(image, 2)
    assert found.shape == (16, 3, 20, 20) and found[0].equal(image)
    for copy, moved in enumerate(found):
        down, right = 2 * (copy // 4), 2 * (copy % 4)
        assert moved.numpy() == pytest.approx(np.roll(image.numpy(), (down, right), (1, 2)))
