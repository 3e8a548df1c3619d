"""Intervals of means by drawing anew from what was measured."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

NUMBERS = 2**22
"""Numbers drawn at a time."""


class Interval(NamedTuple):
    """A mean with the bounds of its 95 % interval, and over how many values."""

    value: float
    low: float
    high: float
    n: int


def weights_of(count: int, draws: int, seed: int) -> np.ndarray:
    """How often each of `count` values is in each of `draws` samples of as many, drawn with replacement.

    Returns:
        float64 [draws, count], rows sum to `count`.
    """
    rng = np.random.default_rng(seed)
    found = [np.bincount(rng.integers(count, size=count), minlength=count) for _ in range(draws)]
    return np.array(found, dtype=float).reshape(draws, count)


def bootstrap_mean(values: np.ndarray, draws: int, seed: int) -> Interval:
    """The mean of values [n] and the 2.5 and 97.5 % quantiles of means of samples drawn anew (Efron 1979).

    Missing values (NaN) are left out. Two values at least have an interval. It covers what differs between the values,
    and nothing else.
    """
    known = values[~np.isnan(values)].astype(float)
    if len(known) < 2:
        return Interval(float(known[0]) if len(known) else math.nan, math.nan, math.nan, len(known))
    rng, means = np.random.default_rng(seed), []
    step = max(1, NUMBERS // len(known))
    for first in range(0, draws, step):
        rows = rng.integers(len(known), size=(min(step, draws - first), len(known)))
        means.append(known[rows].mean(1))
    low, high = np.quantile(np.concatenate(means), [0.025, 0.975])
    return Interval(float(known.mean()), float(low), float(high), len(known))
