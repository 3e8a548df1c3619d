"""The scale of heat-maps."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

MASS = 0.98
"""Share of a map's absolute mass that lies below the magnitude that is drawn in the strongest colour."""


def scaled(values: Iterable[float]) -> tuple[np.ndarray, float]:
    """A map as it is drawn, in [-1, 1], and what it was divided by (the authors' code; section 6.4).

    The divisor is the least magnitude m of the map such that values of magnitude up to m make `MASS` of the sum of all
    magnitudes. What is larger is cut off. A map of zeros stays one, with a divisor of 0.
    """
    given = np.array(list(values), dtype=float)
    ordered = np.sort(np.abs(given))
    mass = ordered.cumsum()
    if mass[-1] == 0:
        return given, 0.0
    scale = float(ordered[np.searchsorted(mass, MASS * mass[-1])])
    return np.clip(given / scale, -1, 1), scale
