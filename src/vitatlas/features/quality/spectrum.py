"""Measures of pictures from their Fourier transform: how coarse they are, and what tells early from deep layers."""

from __future__ import annotations

import numpy as np


def varying(images: np.ndarray) -> np.ndarray:
    """Images uint8 [N, S, S, 3] as float64 [N, 3, S, S] from 0 to 1, each channel less its mean."""
    pixels = images.transpose(0, 3, 1, 2) / 255
    found: np.ndarray = pixels - pixels.mean((2, 3), keepdims=True)
    return found


def peak_width(images: np.ndarray) -> np.ndarray:
    """The width in pixels of the peak of each picture's autocorrelation at half its height, [N]; NaN for flat ones.

    The circular autocorrelation, summed over channels, in the mean over directions: twice the distance at which it
    first falls below one half, between two whole distances by a straight line. Where it never does, the side.

    Args:
        images: uint8 [N, S, S, 3].
    """
    side = images.shape[1]
    power = np.square(np.abs(np.fft.fft2(varying(images)))).sum(1)
    correlation = np.fft.ifft2(power).real
    away = np.abs(np.fft.fftfreq(side, 1 / side))
    ring = np.rint(np.hypot(away[:, None], away)).astype(np.int64).ravel()
    means = np.stack([np.bincount(ring, row.ravel()) for row in correlation]) / np.bincount(ring)
    return np.array([_width(row[: side // 2 + 1], side) for row in means])


def amplitudes(images: np.ndarray) -> np.ndarray:
    """The amplitude spectrum of each picture, in the mean over channels: float32 [N, S · (S // 2 + 1)], without DC.

    Args:
        images: uint8 [N, S, S, 3].
    """
    found = np.abs(np.fft.rfft2(varying(images), norm="ortho")).mean(1)
    return found.reshape(len(images), -1).astype(np.float32)


def _width(profile: np.ndarray, side: int) -> float:
    if profile[0] <= 1e-12:
        return np.nan
    low = np.flatnonzero(profile < profile[0] / 2)
    if not len(low):
        return float(side)
    outer = int(low[0])
    inner_value, outer_value = profile[outer - 1] / profile[0], profile[outer] / profile[0]
    return float(2 * (outer - 1 + (inner_value - 0.5) / (inner_value - outer_value)))
