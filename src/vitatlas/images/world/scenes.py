"""Tables of scenes: one row a scene, drawn by a pure function of settings, split and seed.

Columns of a table:

  scene                         int64, number in the table
  split                         whose background pictures are used
  category, color, pattern, location, count, size, row, column
                                words (`vitatlas.images.world.attributes`); three objects have no size and place of
                                their own: they are small, middle and center
  background                    int64, number of the picture among those of the location and split
  shift_y, shift_x              float64, how far the object is off its place, in 1/64 of the side
  tilt, scale                   degrees clockwise, and factor of the size; of `TILTS` and `SCALES`
  brightness, warmth            int64, 1/256 by which all channels are brighter, and red is brighter and blue darker
  noise                         int64, seed of the pixel noise
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import (
    BACKGROUNDS,
    CATEGORIES,
    COLORS,
    COLUMNS,
    COUNTS,
    HABITATS,
    LOCATIONS,
    OF_ONE,
    PATTERNS,
    ROWS,
    SIZES,
    SPLITS,
)
from vitatlas.images.world.settings import WorldSettings

TILTS = (-3.4, -1.7, 0.0, 1.7, 3.4)
SCALES = (0.97, 1.0, 1.03)
SHIFT = 1.3
"""Largest shift off the place, in 1/64 of the side."""
BRIGHTNESS, WARMTH = 16, 10
"""Largest change of a channel, in 1/256."""


def draw(settings: WorldSettings, split: str, number: int, seed: int) -> pd.DataFrame:
    """A table of scenes. A shorter one of the same settings, split and seed is the beginning of a longer one.

    Raises:
        UserError: There is no such split, or the number is negative.
    """
    streams = Streams(split, number, seed)
    category = streams.words("category", CATEGORIES)
    return table(
        streams,
        category=category,
        location=_locations(streams, category, settings.affinity),
        count=np.where(streams.uniform("count") < settings.many, COUNTS[1], COUNTS[0]),
    )


class Streams:
    """Random columns of a table: a stream of its own for each name, so that none depends on another.

    Args:
        split: Of `SPLITS`.
        number: Rows.
        seed: Not negative.

    Raises:
        UserError: There is no such split, or a number is negative.
    """

    def __init__(self, split: str, number: int, seed: int):
        if split not in SPLITS:
            raise UserError(f"the picture world has no split {split!r}", remedy=f"take one of {', '.join(SPLITS)}")
        if number < 0 or seed < 0:
            raise UserError(
                f"{number} scenes with seed {seed} cannot be drawn", remedy="take numbers that are not negative"
            )
        self.split, self.number, self.seed = split, number, seed

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, crc32(self.split.encode()), crc32(name.encode())])

    def uniform(self, name: str) -> np.ndarray:
        """Numbers in [0, 1), float64 [number]."""
        return self._generator(name).random(self.number)

    def words(self, name: str, values: Sequence) -> np.ndarray:
        """Values, all equally likely, [number]."""
        return np.array(values)[(self.uniform(name) * len(values)).astype(np.int64)]

    def integers(self, name: str, low: int, high: int) -> np.ndarray:
        """Integers from `low` to `high`, both included, int64 [number]."""
        return self._generator(name).integers(low, high, self.number, endpoint=True)


def table(streams: Streams, category: np.ndarray, location: np.ndarray, count: np.ndarray) -> pd.DataFrame:
    """Scenes of given categories, locations and counts, [number] each; all else is drawn."""
    one = count == COUNTS[0]
    return pd.DataFrame(
        {
            "scene": np.arange(streams.number),
            "split": streams.split,
            "category": category,
            "color": streams.words("color", COLORS),
            "pattern": streams.words("pattern", PATTERNS),
            "location": location,
            "count": count,
            "size": np.where(one, streams.words("size", SIZES), OF_ONE["size"]),
            "row": np.where(one, streams.words("row", ROWS), OF_ONE["row"]),
            "column": np.where(one, streams.words("column", COLUMNS), OF_ONE["column"]),
            "background": streams.integers("background", 0, BACKGROUNDS - 1),
            "shift_y": SHIFT * (2 * streams.uniform("shift_y") - 1),
            "shift_x": SHIFT * (2 * streams.uniform("shift_x") - 1),
            "tilt": streams.words("tilt", TILTS),
            "scale": streams.words("scale", SCALES),
            "brightness": streams.integers("brightness", -BRIGHTNESS, BRIGHTNESS),
            "warmth": streams.integers("warmth", -WARMTH, WARMTH),
            "noise": streams.integers("noise", 0, 2**31 - 1),
        }
    )


def _locations(streams: Streams, category: np.ndarray, affinity: float) -> np.ndarray:
    at_home = streams.uniform("at home") < affinity
    homes = np.array([HABITATS[name] for name in CATEGORIES])
    others = np.array([[place for place in LOCATIONS if place not in HABITATS[name]] for name in CATEGORIES])
    row = pd.Index(CATEGORIES).get_indexer(pd.Index(category))
    home = homes[row, streams.words("home", range(homes.shape[1]))]
    return np.where(at_home, home, others[row, streams.words("elsewhere", range(others.shape[1]))])
