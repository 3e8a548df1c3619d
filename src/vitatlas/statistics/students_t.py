"""Quantiles of Student's t distribution."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_SERIES = (
    # Coefficients of z, z³, z⁵, … and their divisor, by power of 1 / freedom (Abramowitz and Stegun, 26.7.5)
    ((1, 1), 4),
    ((3, 16, 5), 96),
    ((-15, 17, 19, 3), 384),
    ((-945, -1920, 1482, 776, 79), 92160),
)


@lru_cache(maxsize=1024)
def quantile(probability: float, freedom: float) -> float:
    """The quantile of `probability` with `freedom` degrees of freedom.

    Exact for 1, 2 and infinitely many; else the expansion of Abramowitz and Stegun (26.7.5), which is right to 1 %
    from 3 degrees of freedom on, for probabilities up to 0.975.
    """
    if freedom == 1:
        return math.tan(math.pi * (probability - 0.5))
    if freedom == 2:
        tail = 4 * probability * (1 - probability)
        return 2 * (probability - 0.5) * math.sqrt(2 / tail)
    z = NormalDist().inv_cdf(probability)
    if math.isinf(freedom):
        return z
    terms = (
        sum(factor * z ** (2 * place + 1) for place, factor in enumerate(factors)) / divisor
        for factors, divisor in _SERIES
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))
