"""Measures of pictures from their spectrum."""

import numpy as np
import pytest
from judged_pictures import SIDE, wave
from scipy.ndimage import gaussian_filter

from vitatlas.features.quality.nearest import told_apart
from vitatlas.features.quality.spectrum import amplitudes, peak_width


def blurred(sd: float, side: int = 128, count: int = 6) -> np.ndarray:
    noise = np.random.default_rng(0).normal(size=(count, side, side, 3))
    smooth = gaussian_filter(noise, (0, sd, sd, 0), mode="wrap")
    return np.rint(128 + 40 * smooth / smooth.std()).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("sd", [2.0, 4.0])
def test_the_peak_of_blurred_noise_is_as_wide_as_its_formula(sd: float) -> None:
    """The autocorrelation of noise blurred by a Gaussian is a Gaussian of √2 its standard deviation."""
    expected = 2 * np.sqrt(2 * np.log(2)) * np.sqrt(2) * sd
    assert peak_width(blurred(sd)).mean() == pytest.approx(expected, rel=0.1)


def test_the_peak_does_not_depend_on_contrast_offset_or_place() -> None:
    image = blurred(3.0, count=1)
    width = peak_width(image)
    assert peak_width(np.roll(image, (5, 9), (1, 2))) == pytest.approx(width)
    assert peak_width((image // 2) + 60) == pytest.approx(width, rel=0.02)


def test_a_flat_picture_has_no_peak_and_a_pixel_the_narrowest() -> None:
    flat = np.full((1, SIDE, SIDE, 3), [10, 20, 30], dtype=np.uint8)
    dot = flat.copy()
    dot[0, 4, 4] = 255
    assert np.isnan(peak_width(flat)[0]) and 0.9 < peak_width(dot)[0] < 1.1


def test_amplitudes_do_not_depend_on_place_and_hold_the_energy() -> None:
    image = wave(5, 0.0, 0.3, (1, 1, 1))[None]
    found = amplitudes(image)
    np.testing.assert_allclose(amplitudes(np.roll(image, 7, 2)), found, atol=1e-4)
    assert found.reshape(SIDE, -1)[0].argmax() == 5 and found.reshape(SIDE, -1)[0, 0] == pytest.approx(0, abs=1e-6)


def test_layers_are_told_apart_by_other_features_than_the_own() -> None:
    """Two replicates of a feature are always alike: they must not help each other."""
    layers, units = np.repeat([0, 0, 1, 1], 2), np.repeat([0, 1, 0, 1], 2)
    rng = np.random.default_rng(0)
    apart = layers[:, None] * 5 + rng.normal(size=(8, 3)) * 0.1
    assert told_apart(apart, layers, units).tolist() == [1] * 8
    # Each feature is nearer to one of the other layer than to the second of its own
    crossed = np.array([0.0, 10, 1, 11]).repeat(2)[:, None]
    assert told_apart(crossed, layers, units).tolist() == [0] * 8


def test_by_chance_half_are_right() -> None:
    rng = np.random.default_rng(1)
    found = told_apart(rng.normal(size=(400, 6)), np.repeat([0, 5], 200), np.tile(np.arange(200), 2))
    assert found.mean() == pytest.approx(0.5, abs=0.1)


def test_without_another_feature_it_is_missing() -> None:
    assert np.isnan(told_apart(np.ones((2, 3)), np.zeros(2, int), np.zeros(2, int))).all()
