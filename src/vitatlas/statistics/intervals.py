"""Confidence intervals of measured shares."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson(share: float, count: float, level: float = 0.95) -> tuple[float, float]:
    """Bounds of the score interval (Wilson 1927) of a `share` of `count` independent trials.

    It stays within [0, 1] and has a width where the share is 0 or 1.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    shrink = 1 / (1 + z * z / count)
    middle = shrink * (share + z * z / (2 * count))
    half = shrink * z * math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return max(middle - half, 0.0), min(middle + half, 1.0)
