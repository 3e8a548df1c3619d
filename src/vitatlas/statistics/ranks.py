"""Spearman's rank correlation with its confidence interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from vitatlas.statistics.correlation import NORMAL_95, correlation

Values = Sequence[float] | np.ndarray | pd.Series


def ranks(values: Values) -> pd.Series:
    """Ranks from 1 on; equal values share the mean of their ranks, missing ones have none."""
    return pd.Series(np.asarray(values, dtype=float)).rank(method="average")


def spearman(x: Values, y: Values) -> tuple[float, float, float]:
    """Spearman's rho of the pairs (x, y), and the bounds of its 95 % interval by Fisher's z transformation.

    artanh rho is taken to have the standard deviation √((1 + rho² / 2) / (n - 3)) (Bonett and Wright 2000): ranks
    scatter more than values do, and without the numerator the interval is too narrow where rho is large. Pairs of which
    one value is missing (NaN) are left out.

    Returns:
        rho, low, high; NaN where it is not defined: rho below two pairs or without variation, the interval below four
        pairs or for |rho| = 1.
    """
    pairs = pd.DataFrame({"x": np.asarray(x, dtype=float), "y": np.asarray(y, dtype=float)}).dropna()
    first, second = ranks(pairs["x"]), ranks(pairs["y"])
    rho, low, _ = correlation(first, second)
    if not math.isnan(rho) and (first.equals(second) or first.equals(len(second) + 1 - second)):
        rho = float(round(rho))  # 1 or -1, but for rounding
    if math.isnan(low) or abs(rho) == 1:
        return rho, math.nan, math.nan
    z = math.atanh(rho)
    reach = NORMAL_95 * math.sqrt((1 + rho**2 / 2) / (len(first) - 3))
    return rho, math.tanh(z - reach), math.tanh(z + reach)
