"""Numbers on the pictures that there are, and on sets of as many that are drawn from them (bootstrap, Efron 1979).

A set is drawn with replacement, by a seed and the number of pictures alone. So quantities of one set of pictures, of
one model or of several, are measured on the same sets: differences and ratios are paired.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 1000
"""Sets that are drawn: the bounds of a 95 % interval are then right to about a twentieth of its width."""


class Interval(NamedTuple):
    """A number with the bounds of its interval; all are NaN where it is not defined."""

    value: float
    low: float
    high: float


def resampled_means(values: NDArray[np.generic], seed: int, draws: int = DRAWS) -> Floats:
    """Means over pictures: float64 [1 + draws, C], those of the pictures themselves first.

    Args:
        values: [N, C], N at least 1.
        seed: Of the draws.
        draws: Their number.
    """
    generator, count = np.random.default_rng(seed), len(values)
    numbers = values.astype(np.float64)
    found = np.empty((1 + draws, numbers.shape[1]))
    found[0] = numbers.mean(0)
    for draw in range(draws):
        times = np.bincount(generator.integers(count, size=count), minlength=count)
        found[1 + draw] = times @ numbers / count
    return found


def interval(numbers: Floats, level: float = 0.95) -> Interval:
    """A number [1 + draws] with the quantiles of its draws; of draws in which it is not defined none is made."""
    if np.isnan(numbers[0]):
        return Interval(np.nan, np.nan, np.nan)
    drawn = numbers[1:][~np.isnan(numbers[1:])]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if len(drawn) else (np.nan, np.nan)
    return Interval(float(numbers[0]), float(low), float(high))


def ratio(of: Floats, to: Floats) -> Floats:
    """A quotient, NaN where it is not defined."""
    found = np.full(np.broadcast_shapes(of.shape, to.shape), np.nan)
    return np.divide(of, to, out=found, where=to != 0)
