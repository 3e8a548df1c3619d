"""The background pictures by number."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from zlib import crc32

import numpy as np

from vitatlas.images.world.backgrounds.air import night, sky
from vitatlas.images.world.backgrounds.canvas import Canvas
from vitatlas.images.world.backgrounds.land import desert, forest, meadow
from vitatlas.images.world.backgrounds.town import city
from vitatlas.images.world.backgrounds.water import pond, sea

PAINTERS = MappingProxyType(
    {
        "sky": sky,
        "sea": sea,
        "pond": pond,
        "meadow": meadow,
        "forest": forest,
        "desert": desert,
        "city": city,
        "night": night,
    }
)


@cache
def background(location: str, split: str, number: int, side: int) -> np.ndarray:
    """A background picture, uint8 [3, side, side]: the same painting at every side."""
    seed = [crc32(location.encode()), crc32(split.encode()), number]
    canvas = Canvas(side, np.random.default_rng(seed))
    PAINTERS[location](canvas)
    return canvas.finished()
