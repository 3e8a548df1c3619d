"""The fit of a method over a set of pictures, with standard errors over pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.components.segment.metrics import pooled

DRAWS = 200
"""Sets of pictures that are drawn: a standard error is then right to 5 %."""


def summary(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Quantity, value, error, n, of each measure of `pooled`.

    The error is the standard deviation over `DRAWS` sets of as many pictures, drawn with replacement (bootstrap, Efron
    1979): pooled measures are no means over pictures. With one seed, all methods are measured on the same sets.

    Args:
        scores: A row for each picture, with the attributes of `Score`.
        seed: Of the draws.
    """
    generator, count = np.random.default_rng(seed), len(scores)
    drawn = [pooled(scores.iloc[generator.integers(count, size=count)]) for _ in range(DRAWS)]
    errors = pd.DataFrame(drawn).std()
    values = pd.Series(pooled(scores), name="value").rename_axis("quantity").reset_index()
    return values.assign(error=values["quantity"].map(errors), n=count)
