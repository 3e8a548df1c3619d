"""Which of many is ranked first: by value, ties by index, missing values last."""

from __future__ import annotations

import numpy as np
import pandas as pd
from torch import Tensor

from vitatlas.errors import UserError

Values = np.ndarray | pd.Series | Tensor


def ranked(values: Values) -> np.ndarray:
    """The places [N] of `values` [N] from the largest to the smallest."""
    return np.argsort(-np.asarray(values, dtype=float), kind="stable")  # NaN is sorted to the end


def largest(values: Values, count: int) -> np.ndarray:
    """The places [count] of the largest `values` [N], the largest first.

    Raises:
        UserError: Fewer than one asked for, or more than are not missing.
    """
    known = int(np.isfinite(np.asarray(values, dtype=float)).sum())
    if not 1 <= count <= known:
        raise UserError(
            f"the {count} largest values are asked for, of {known} that are known",
            remedy=f"ask for 1 to {known}" if known else "leave out what has no values",
        )
    return ranked(values)[:count]
