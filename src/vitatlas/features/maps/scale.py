"""The brightness that a map is drawn with. Imports no torch."""

from __future__ import annotations

from typing import Literal

import numpy as np

Switch = Literal["corrected", "reference"]


def brightness(maps: np.ndarray, scale: np.ndarray | float, protocol: Switch = "corrected") -> np.ndarray:
    """Maps as numbers in [0, 1], of the same shape.

    corrected: one scale for all maps of a unit, 0 to `scale`, so that a flat map looks flat. reference: each map
    stretched from its own minimum to its own maximum, as the authors draw them; a constant map is all 0.

    Args:
        maps: [..., rows, columns].
        scale: Of the units, broadcast against [...]; a unit whose scale is not above 0 is never active, and is all 0.
        protocol: The switch `protocol.map_scale`.
    """
    maps = np.asarray(maps, dtype=np.float64)
    if protocol == "reference":
        least = maps.min(axis=(-2, -1), keepdims=True)
        return _divided(maps - least, maps.max(axis=(-2, -1), keepdims=True) - least)
    return np.clip(_divided(maps, np.asarray(scale, dtype=np.float64)[..., None, None]), 0, 1)


def _divided(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    """The quotient; 0 where the divisor is not above 0."""
    by = np.broadcast_to(by, values.shape)
    return np.divide(values, by, out=np.zeros_like(values), where=by > 0)
