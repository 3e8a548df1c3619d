"""Silhouettes and colours that are none of the tasks' own, nor resemble one: what pretraining shows."""

from __future__ import annotations

import numpy as np

from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.shapes import atlas

CORNERS = (3, 8)
"""The fewest and the most corners of a random polygon."""
COVERED = (0.3, 0.95)
"""The least and the largest share of its box that it covers."""
ALIKE = 0.8
"""The overlap (intersection over union) of two silhouettes from which on they resemble each other."""
APART = 24
"""The least difference from each colour of the tasks in some channel, in grey levels."""


def random_silhouettes(count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Random polygons, `size` pixels a side, that resemble none of the tasks' shapes: bool [count, size, size].

    Corners are drawn uniformly; edges may cross, in which case the even-odd rule says what is inside. Each is stretched
    so that its corners span the square.
    """
    own = atlas(size).astype(bool)
    center = (np.arange(size) + 0.5) / size
    found: list[np.ndarray] = []
    while len(found) < count:
        corners = rng.random((rng.integers(CORNERS[0], CORNERS[1] + 1), 2))
        corners = (corners - corners.min(0)) / np.ptp(corners, axis=0)
        mask = _inside(corners, center[:, None], center)
        if COVERED[0] < mask.mean() < COVERED[1] and overlap(own, mask).max() < ALIKE:
            found.append(mask)
    return np.stack(found)


def overlap(masks: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Intersection over union of each of the masks, bool [N, H, W], with one, bool [H, W]: float [N]."""
    return (masks & mask).sum((1, 2)) / (masks | mask).sum((1, 2))


def random_colors(count: int, rng: np.random.Generator) -> np.ndarray:
    """Random colours that are near none of the tasks': int64 [count, 3], RGB."""
    drawn = rng.integers(256, size=(4 * count + 100, 3))  # about a fifth is too near
    differences = abs(drawn[:, None] - COLORS.astype(np.int64)).max(2)
    return drawn[differences.min(1) >= APART][:count]


def _inside(corners: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Whether points (y, x) lie inside a polygon with the given corners (y, x), by the even-odd rule."""
    (y0, x0), (y1, x1) = corners.T[:, :, None, None], np.roll(corners, -1, axis=0).T[:, :, None, None]
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return (crosses & left).sum(0) % 2 == 1
