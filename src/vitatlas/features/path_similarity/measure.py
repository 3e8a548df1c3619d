"""How alike the activations of pictures are in one layer. Imports no torch."""

from __future__ import annotations

import numpy as np

from vitatlas.features.path_similarity.names import MADE, MADE_OTHERS, NATURAL, NATURAL_OTHERS

FEWEST = 3
"""Units of a layer that a correlation needs: over two it is 1 or -1 whatever they do."""

LEAST = 0.01
"""The spread of a unit's natural scores that counts, as a share of the median over the layer's units."""


def varied(sd: np.ndarray) -> np.ndarray:
    """Which units natural pictures tell apart, bool [U].

    In standard deviations of a unit that is all but dead, any other picture is infinitely far off, and the correlation
    over units would be that of this unit alone.

    Args:
        sd: Standard deviations of the natural scores of a layer's units [U].
    """
    found: np.ndarray = sd > LEAST * np.median(sd[sd > 0]) if (sd > 0).any() else np.zeros(len(sd), dtype=bool)
    return found


def alike(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson's correlation over units of each picture with each other one, float64 [N, M].

    NaN where a picture has the same score on all units, or where there are fewer than `FEWEST`.

    Args:
        first, second: Scores of pictures [N, U] and [M, U].
    """
    if first.shape[1] < FEWEST:
        return np.full((len(first), len(second)), np.nan)
    found: np.ndarray = _directions(first) @ _directions(second).T
    return found.clip(-1, 1)


def of_unit(made: np.ndarray, own: np.ndarray, others: np.ndarray) -> dict[str, float]:
    """Mean correlations over pairs of pictures, by `COMPARED`; NaN where there are no pairs.

    Each is of single pictures with single pictures, never of means, so that all are on one scale.

    Args:
        made: Standardised scores of the picture that was made for a unit [U].
        own: Those of its natural top pictures [K, U].
        others: Those of the top pictures of other units, none of them among its own [M, U].
    """
    pairs = alike(own, own)[np.triu_indices(len(own), 1)]
    found = {NATURAL: pairs, MADE: alike(made[None], own)}
    found |= {MADE_OTHERS: alike(made[None], others), NATURAL_OTHERS: alike(own, others)}
    return {name: float(values.mean()) if values.size else float("nan") for name, values in found.items()}


def _directions(scores: np.ndarray) -> np.ndarray:
    """Each row less its mean, of length 1; NaN where it is constant."""
    centred = scores.astype(float) - scores.mean(1, dtype=float, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    # What is left of equal numbers by rounding is no variation
    flat = length <= 1e-12 * np.abs(scores).max(1, keepdims=True) * np.sqrt(scores.shape[1])
    return np.divide(centred, length, out=np.full_like(centred, np.nan), where=~flat)
