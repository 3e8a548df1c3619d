"""How shares of variance change with depth: rank correlation with the layer (for figures 1 and 8)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vitatlas.features.selectivity.attributes import KIND
from vitatlas.features.selectivity.layers import as_row
from vitatlas.features.selectivity.names import ALL_LAYERS
from vitatlas.features.selectivity.null import LEVEL
from vitatlas.jobs.seeds import derive_seed
from vitatlas.statistics.bootstrap import Interval, weights_of
from vitatlas.statistics.ranks import spearman

FEWEST = 3
"""Layers that a progression needs."""
ORDERS = 2000


def progression(units: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """Spearman's rank correlation with the layer of the mean η² of units, for each site, `by` and attribute.

    `progression_eta2` is of η² itself, `progression_share` of its share in the sum over attributes. Intervals (95 %)
    are over units, drawn anew in each layer; layers and pictures stay as they are. `null` is the 97.5 % quantile over
    random orders of as many layers. Sites with fewer than three layers whose units vary have no row.
    """
    parts = []
    for (site, by), rows in units.groupby(["site", "by"], sort=False):
        known = [_eta2(some) for _, some in rows.groupby("layer")]
        layers = [table for table in known if len(table)]
        if len(layers) >= FEWEST:
            found = _of_site(layers, draws, derive_seed(seed, "progression", site, by))
            parts += [row | {"site": site, "by": by, "layer": ALL_LAYERS} for row in found]
    return pd.DataFrame(parts)


def _eta2(rows: pd.DataFrame) -> pd.DataFrame:
    """η² of each unit that is not silent, by attribute."""
    return rows.pivot(index="unit", columns="attribute", values="eta2").dropna()


def _of_site(layers: list[pd.DataFrame], draws: int, seed: int) -> list[dict[str, object]]:
    names = list(layers[0].columns)
    means = np.stack([table[names].mean().to_numpy() for table in layers])
    drawn = np.stack(
        [
            weights_of(len(table), draws, derive_seed(seed, n)) @ table[names].to_numpy() / len(table)
            for n, table in enumerate(layers)
        ]
    )
    divided = [n for n, name in enumerate(names) if name != KIND]
    count, line = sum(map(len, layers)), _line(len(layers), seed)
    found = []
    for n, name in enumerate(names):
        measures = {"progression_eta2": (means[:, n], drawn[..., n])}
        if n in divided and len(divided) > 1:
            whole = means[:, divided].sum(1), drawn[..., divided].sum(2)
            measures["progression_share"] = (means[:, n] / whole[0], drawn[..., n] / whole[1])
        for quantity, (value, samples) in measures.items():
            low, high = np.quantile(_with_depth(samples.T), [0.025, 0.975])
            of = Interval(spearman(range(len(layers)), value)[0], float(low), float(high), count)
            found.append(as_row(quantity, of, line) | {"attribute": name})
    return found


def _line(layers: int, seed: int) -> float:
    rng = np.random.default_rng(derive_seed(seed, "orders"))
    return float(np.quantile(_with_depth(rng.permuted(np.tile(np.arange(layers), (ORDERS, 1)), axis=1)), LEVEL))


def _with_depth(values: np.ndarray) -> np.ndarray:
    """Spearman's rho of each row [S, L] with the column, without ties."""
    ranks = values.argsort(1).argsort(1)
    count = values.shape[1]
    gaps = np.square(ranks - np.arange(count)).sum(1)
    found: np.ndarray = 1 - 6 * gaps / (count * (count**2 - 1))
    return found
