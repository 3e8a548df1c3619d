"""Maps of units as pictures: the map in colour over the grey picture that it is of. Imports no torch.

Families of galleries draw the array that `overlay` returns and print the map's coefficient of variation (`variation` of
the same row) beside it: on its own scale a flat map looks as varied as a local one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np

from vitatlas.artifacts import style  # noqa: F401  (enters the palette's colours)
from vitatlas.artifacts.pixels import pixels
from vitatlas.features.maps.scale import Switch, brightness

COLORS = "attention"  # of the palette: pale where the unit is silent, dark red at the upper end of the scale
OPACITY = 0.65
"""The share of the map in what is drawn; the rest is the grey picture."""


def overlay(thumbnail: bytes, row: Mapping[str, Any], scale: Switch) -> np.ndarray:
    """One map over its picture: uint8 [height, width, 3], of the thumbnail's size.

    A patch is one colour, its value's, with no smoothing.

    Args:
        thumbnail: PNG of the picture, a row of the analysis table `thumbnails`.
        row: Of the analysis table `mapped`, as `to_dict("records")` gives it; of it `map`, `rows`, `columns`, `scale`.
        scale: The artifact's `map_scale`. corrected: from 0 to the unit's scale, the same for all its pictures;
            reference: from the least to the greatest value of this map.
    """
    picture = pixels(thumbnail)
    grid = np.asarray(row["map"], dtype=np.float64).reshape(int(row["rows"]), int(row["columns"]))
    found = enlarged(brightness(grid, float(row["scale"]), scale), picture.shape[:2])
    colored = 255 * matplotlib.colormaps[COLORS](found)[..., :3]
    grey = picture.mean(axis=2, keepdims=True)
    return np.asarray((OPACITY * colored + (1 - OPACITY) * grey).round(), dtype=np.uint8)


def enlarged(grid: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A map [rows, columns] at another size [height, width]: a pixel has the value of the patch its middle is in."""
    rows, columns = (
        np.floor((np.arange(length) + 0.5) * patches / length).astype(int)
        for length, patches in zip(size, grid.shape, strict=True)
    )
    return grid[rows[:, None], columns[None, :]]
