"""Confidence intervals of measured shares."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np


def wilson(share: float, count: float, level: float = 0.95) -> tuple[float, float]:
    """Bounds of the score interval (Wilson 1927) of a `share` of `count` independent trials.

    It stays within [0, 1] and has a width where the share is 0 or 1.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    shrink = 1 / (1 + z * z / count)
    middle = shrink * (share + z * z / (2 * count))
    half = shrink * z * math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def share_error(share: Any, count: Any) -> Any:
    """Standard error of shares of `count` independent trials each; NaN where the count is.

    With one success and one failure added (Laplace), so that shares of 0 and 1 are not taken for certain.
    """
    share, count = np.asarray(share, dtype=float), np.asarray(count, dtype=float)
    smooth = (share * count + 1) / (count + 2)
    return np.sqrt(smooth * (1 - smooth) / count)


def expected_maximum(count: int) -> float:
    """The mean of the largest of `count` independent standard normal numbers (Blom 1958; right to 2 %)."""
    return NormalDist().inv_cdf((count - 0.375) / (count + 0.25)) if count > 1 else 0.0
