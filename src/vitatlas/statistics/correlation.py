"""Pearson's correlation with its confidence interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

NORMAL_95 = 1.959964
"""Half the width of a standard normal distribution's central 95 %."""


def correlation(x: Sequence[float] | pd.Series, y: Sequence[float] | pd.Series) -> tuple[float, float, float]:
    """Pearson's r of the pairs (x, y), and the bounds of its 95 % interval by Fisher's z transformation.

    z = artanh r is close to normal with standard deviation 1 / √(n - 3) where x and y are jointly normal; with few
    points this is rough (Fisher 1921).

    Returns:
        r, low, high; NaN where it is not defined: r below two points or without variation, the interval below four
        points or for |r| = 1.
    """
    first, second = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return math.nan, math.nan, math.nan
    r = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    if len(first) < 4 or abs(r) == 1:
        return r, math.nan, math.nan
    z, reach = math.atanh(r), NORMAL_95 / math.sqrt(len(first) - 3)
    return r, math.tanh(z - reach), math.tanh(z + reach)
