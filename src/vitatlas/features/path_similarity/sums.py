"""Likenesses of units summed up, with intervals over units. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.features.path_similarity.names import COMPARED, MADE, NATURAL, NATURAL_OTHERS, NORMALISED, half_of
from vitatlas.jobs.seeds import derive_seed
from vitatlas.statistics.bootstrap import weights_of

BOUNDS = (0.025, 0.975)


def by_half(units: pd.DataFrame, layers: int, draws: int, seed: int) -> pd.DataFrame:
    """One row per half of the layers that units are in, layer looked at and quantity: half, at_site, at, quantity,
    value, low, high, n, units.

    Of the n units that have all four comparisons there: means of `COMPARED`, and `normalised`, the ratio of means
    (made - natural_others) / (natural - natural_others); missing where natural pictures of one unit are not more alike
    than those of different units, by the 95 % interval of that difference. Intervals (95 %) are over these units, drawn
    together for all quantities (Efron 1979): how far other units of the same network would give the same.

    Args:
        units: One row per unit, layer looked at and quantity: site, layer, unit, at_site, at, quantity, value.
        layers: How many the network has.
        draws: Samples of units.
        seed: What they derive from.
    """
    named = units.assign(half=[half_of(layer, layers) for layer in units["layer"]])
    keys = ["half", "at_site", "at"]
    wide = named.pivot(index=[*keys, "site", "layer", "unit"], columns="quantity", values="value")[list(COMPARED)]
    reaching = named.drop_duplicates(["half", "site", "layer", "unit"])["half"].value_counts()
    rows: list[dict[str, Any]] = []
    for key, some in wide.dropna().groupby(keys, sort=True):
        about = dict(zip(keys, key, strict=True)) | {"n": len(some), "units": int(reaching.loc[str(key[0])])}
        rows += [about | row for row in _summed_up(some.to_numpy(), draws, derive_seed(seed, *key))]
    columns = [*keys, "quantity", "value", "low", "high", "n", "units"]
    return pd.DataFrame(rows, columns=columns).sort_values(["half", "at"], kind="stable", ignore_index=True)


def _summed_up(values: np.ndarray, draws: int, seed: int) -> Iterator[dict[str, Any]]:
    """The rows of one half and layer, of likenesses [units, 4] in the order of `COMPARED`."""
    means = values.mean(0)
    drawn = weights_of(len(values), draws, seed) @ values / len(values)
    several = len(values) > 1
    for n, name in enumerate(COMPARED):
        low, high = np.quantile(drawn[:, n], BOUNDS) if several else (np.nan, np.nan)
        yield {"quantity": name, "value": means[n], "low": low, "high": high}
    value, low, high = np.nan, np.nan, np.nan
    if several and np.quantile(_above_floor(drawn, NATURAL), BOUNDS[0]) > 0:
        value = _normalised(means[None])[0]
        low, high = np.quantile(_normalised(drawn), BOUNDS, method="nearest")
    yield {"quantity": NORMALISED, "value": value, "low": low, "high": high}


def _above_floor(means: np.ndarray, name: str) -> np.ndarray:
    """A comparison less that of natural pictures of different units, of means [N, 4]: [N]."""
    found: np.ndarray = means[:, COMPARED.index(name)] - means[:, COMPARED.index(NATURAL_OTHERS)]
    return found


def _normalised(means: np.ndarray) -> np.ndarray:
    """The normalised likeness, of means [N, 4]: [N]; infinite where natural pictures are not above the floor, as in a
    few samples."""
    part, whole = _above_floor(means, MADE), _above_floor(means, NATURAL)
    found: np.ndarray = np.divide(part, whole, out=np.copysign(np.inf, part), where=whole > 0)
    return found
