"""The colours of objects, and the patterns in their second tone."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

import numpy as np

from vitatlas.images.world.scenes import TILTS
from vitatlas.images.world.silhouettes.pen import rotation
from vitatlas.images.world.silhouettes.raster import FINE, frame

DARK = (30, 22, 24)
"""Outlines, wheels, pupils."""
LIGHT = (240, 238, 234)
"""Rims, windows, eyes."""

_WHITE, _SLATE = (250, 250, 250), (92, 92, 106)
TONES = MappingProxyType(
    {
        "red": ((220, 30, 36), _WHITE),
        "orange": ((248, 132, 16), _WHITE),
        "yellow": ((250, 218, 30), _SLATE),
        "green": ((38, 156, 56), _WHITE),
        "blue": ((36, 84, 222), _WHITE),
        "purple": ((134, 46, 178), _WHITE),
        "white": ((248, 248, 248), _SLATE),
        "pink": ((248, 130, 186), _SLATE),
    }
)
"""Each colour with its second tone, which contrasts with it."""

PERIOD = 8
"""Of every pattern, in 1/64 of the side."""
STRIPE = 3
"""Width of a stripe, in 1/64 of the side: narrower than what is between, so that the colour prevails."""
SPOT = 2.3
"""Radius of a spot, in 1/64 of the side."""


@cache
def pattern(name: str, tilt: int, side: int) -> np.ndarray:
    """Where the second tone lies on a square of `frame(side)` pixels, in sixteenths of a pixel.

    The middle of the square is a corner of squares, between two stripes, and in a spot.

    Args:
        name: Of `PATTERNS`.
        tilt: Index into `TILTS`.
        side: Of the picture, in pixels.

    Returns:
        int32 [frame, frame], 0 to 16.
    """
    fine = frame(side) * FINE
    line = (np.arange(fine) + 0.5 - fine / 2) * 64 / (side * FINE)
    points = np.stack(np.meshgrid(line, line), -1) @ rotation(TILTS[tilt])
    x, y = points[..., 0] / PERIOD, points[..., 1] / PERIOD
    second = {
        "plain": lambda: np.zeros_like(x, dtype=bool),
        "striped": lambda: y % 1 < STRIPE / PERIOD,
        "spotted": lambda: np.hypot((x + 0.5) % 1 - 0.5, (y + 0.5) % 1 - 0.5) < SPOT / PERIOD,
        "checkered": lambda: (x % 1 < 0.5) ^ (y % 1 < 0.5),
    }[name]()
    size = frame(side)
    return second.reshape(size, FINE, size, FINE).sum((1, 3), dtype=np.int32)
