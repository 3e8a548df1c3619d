"""The 20 silhouettes of the objects: ids 0-15 are trained on, 16-19 are out of distribution.

The paper does not document its outlines, so these are ours. Each is a set of points of the square [-1, 1]², with y
pointing down, and reaches across it in at least one direction (the square nearly, or it would leave no background).
A silhouette of any size is that set sampled on a fine grid: a pixel is on when enough of it is covered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

Region = Callable[[np.ndarray, np.ndarray], np.ndarray]

_SUBPIXELS = 8  # samples per pixel and axis
_COVERED = 0.4  # share of a pixel that turns it on; a little under half, so that thin tips survive at 14 pixels


def _polygon(*points: tuple[float, float]) -> Region:
    """The inside of a closed polygon (even-odd rule), stretched so that its bounding box is [-1, 1]²."""
    corners = np.array(points, dtype=float)
    low, high = corners.min(0), corners.max(0)
    corners = 2 * (corners - low) / (high - low) - 1

    def inside(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        odd = np.zeros(x.shape, dtype=bool)
        for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if y0 != y1:
                odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        return odd

    return inside


def _star(points: int, inner: float) -> Region:
    """A star with its first point up; `inner` is the radius of the notches where that of the points is 1."""
    angles = np.pi * np.arange(2 * points) / points
    radii = np.where(np.arange(2 * points) % 2, inner, 1.0)
    return _polygon(*zip(radii * np.sin(angles), -radii * np.cos(angles), strict=True))


def _circle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return x**2 + y**2 < 1


def _square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(abs(x), abs(y)) < 0.9


def _diamond(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return abs(x) + abs(y) < 1


def _cross(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.minimum(abs(x), abs(y)) < 0.34


def _saltire(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return abs(abs(x) - abs(y)) < 0.36


def _heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    # Two discs, and the tangents to them from the tip (0, 1), which touch at (±0.9, -0.2).
    lobes = (abs(x) - 0.5) ** 2 + (y + 0.5) ** 2 < 0.25
    return lobes | (y > -0.5) & (abs(x) < np.where(y > -0.2, 0.75 * (1 - y), 0.5))


def _crescent(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    # The disc around 0 without the disc around (0.7, 0): spans x in [-1, 0.55], so x is stretched to fill the box.
    x = -1 + (x + 1) * 0.775
    return (x**2 + y**2 < 1) & ((x - 0.7) ** 2 + y**2 > 0.72)


def _ring(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x**2 + y**2 < 1) & (x**2 + y**2 > 0.3)


def _arch(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    outer = (y > 0) | (x**2 + y**2 < 1)
    gap = (abs(x) < 0.4) & ((y > 0) | (x**2 + y**2 < 0.16))
    return outer & ~gap


def _drop(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    # A disc and the two tangents to it from the tip (0, -1).
    center, radius = 0.3, 0.7
    slope = radius / np.sqrt((1 + center) ** 2 - radius**2)
    touch = center - radius**2 / (1 + center)
    return (x**2 + (y - center) ** 2 < radius**2) | ((y < touch) & (abs(x) < slope * (y + 1)))


_REGIONS: dict[str, Region] = {
    "circle": _circle,
    "square": _square,
    "triangle": _polygon((0, -1), (1, 1), (-1, 1)),
    "diamond": _diamond,
    "cross": _cross,
    "saltire": _saltire,
    "star": _star(5, 0.48),
    "heart": _heart,
    "crescent": _crescent,
    "ring": _ring,
    "arrow": _polygon((-1, -0.4), (0, -0.4), (0, -1), (1, 0), (0, 1), (0, 0.4), (-1, 0.4)),
    "hourglass": _polygon((-1, -1), (1, -1), (0.12, 0), (1, 1), (-1, 1), (-0.12, 0)),
    "elbow": _polygon((-1, -1), (-0.2, -1), (-0.2, 0.2), (1, 0.2), (1, 1), (-1, 1)),
    "bolt": _polygon((-0.1, -1), (0.8, -1), (0.3, -0.25), (1, -0.25), (-0.5, 1), (-0.15, 0.15), (-0.8, 0.15)),
    "arch": _arch,
    "crown": _polygon((-1, -1), (-0.5, -0.1), (0, -1), (0.5, -0.1), (1, -1), (1, 1), (-1, 1)),
    "trapezoid": _polygon((-0.45, -1), (0.45, -1), (1, 1), (-1, 1)),
    "drop": _drop,
    "tee": _polygon((-1, -1), (1, -1), (1, -0.3), (0.35, -0.3), (0.35, 1), (-0.35, 1), (-0.35, -0.3), (-1, -0.3)),
    "chevron": _polygon((-1, -1), (0.1, -1), (1, 0), (0.1, 1), (-1, 1), (-0.1, 0)),
}

IID_SHAPES = 16
"""Shapes with a smaller id are trained on; the others are out of distribution."""

SHAPE_NAMES: tuple[str, ...] = tuple(_REGIONS)
"""The names, by shape id."""


def silhouette(shape: int, size: int) -> np.ndarray:
    """The silhouette with id `shape`, `size` pixels a side: bool [size, size], True inside."""
    fine = size * _SUBPIXELS
    center = (2 * np.arange(fine) + 1) / fine - 1
    x, y = np.meshgrid(center, center)
    covered = _REGIONS[SHAPE_NAMES[shape]](x, y).reshape(size, _SUBPIXELS, size, _SUBPIXELS).mean((1, 3))
    return covered >= _COVERED


@cache
def atlas(size: int) -> np.ndarray:
    """All silhouettes, `size` pixels a side: bool [20, size, size], by shape id. Cached and read-only."""
    masks = np.stack([silhouette(shape, size) for shape in range(len(SHAPE_NAMES))])
    masks.setflags(write=False)
    return masks
