"""Whether early and deep layers can be told apart by the amplitude spectra of their features' pictures (figure 4)."""

from __future__ import annotations

import numpy as np


def told_apart(spectra: np.ndarray, layers: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Whether the nearest picture of another feature is of the same layer: 1 or 0 for each picture, float64 [N].

    One feature is left out with all its replicates: another replicate of it would be the nearest in any case. NaN where
    there is no other feature.

    Args:
        spectra: float [N, D].
        layers, units: Of each picture, int64 [N]; a feature is a layer and a unit.
    """
    squares = np.square(spectra, dtype=float).sum(1)
    distance = squares[:, None] + squares - 2.0 * (spectra @ spectra.T)
    own = (layers[:, None] == layers) & (units[:, None] == units)
    distance[own] = np.inf
    right = (layers[distance.argmin(1)] == layers).astype(float)
    return np.where(own.all(1), np.nan, right)
