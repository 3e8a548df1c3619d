"""The measures of a layer where attributes have nothing to do with pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from vitatlas.features.selectivity.attributes import Attribute
from vitatlas.features.selectivity.measure import Measures, in_blocks
from vitatlas.jobs.seeds import derive_seed

LEVEL = 0.975
MEASURES = ("auc", "c_largest", "eta2", "entropy")
LOWER = ("entropy",)
"""Measures of which small values are what counts: their null is the 2.5 % quantile."""


def chosen(units: pd.DataFrame, count: int, seed: int) -> np.ndarray:
    """Columns of up to `count` units of each layer of each site, drawn at random: sorted int64."""
    found = []
    for (site, layer), rows in units.groupby(["site", "layer"], sort=False):
        rng = np.random.default_rng(derive_seed(seed, "permuted", site, layer))
        found.append(rng.permutation(rows.index.to_numpy())[:count])
    return np.sort(np.concatenate(found))


def shuffles(pictures: int, count: int, seed: int) -> list[np.ndarray]:
    """Permutations of the pictures, int64 [pictures] each."""
    return [np.random.default_rng(derive_seed(seed, "shuffle", n)).permutation(pictures) for n in range(count)]


def permuted(
    scores: np.ndarray,
    two_signs: np.ndarray,
    layers: np.ndarray,
    attributes: Sequence[Attribute],
    orders: Sequence[np.ndarray],
    settings: tuple[int, int, float],
) -> np.ndarray:
    """Means over the units of each layer with shuffled attributes, float64 [shuffles, attributes, `MEASURES`, layers];
    of `c_largest`, the share of units that reach the threshold.

    All attributes are shuffled together, so that they stay as they hang together, and strata as large as they are.

    Args:
        scores: float [N, U].
        two_signs: bool [U].
        layers: A number for the layer of each unit, from 0 on, int64 [U].
        attributes: As known.
        orders: Of the pictures, one per shuffle.
        settings: Pictures that a stratum needs, top pictures that are counted, and the threshold.
    """
    fewest, top, threshold = settings
    total = np.zeros((len(orders), len(attributes), len(MEASURES), layers.max() + 1))
    known = total.copy()
    for block in in_blocks(scores):
        measures = Measures(scores[:, block], two_signs[block], fewest, top)
        for number, order in enumerate(orders):
            for n, columns in enumerate(measures.of([a.shuffled(order) for a in attributes]).values()):
                c = columns["c_largest"]
                reached = np.where(np.isnan(c), np.nan, c >= threshold)
                for m, name in enumerate(MEASURES):
                    values = reached if name == "c_largest" else columns[name]
                    there = ~np.isnan(values)
                    total[number, n, m] += np.bincount(layers[block], np.where(there, values, 0), total.shape[3])
                    known[number, n, m] += np.bincount(layers[block], there, total.shape[3])
    return total / np.where(known > 0, known, np.nan)


def lines(shuffled: np.ndarray, attributes: Sequence[Attribute]) -> pd.DataFrame:
    """The null lines over shuffles: layer (its number), attribute, and one column per measure."""
    rows = []
    for n, a in enumerate(attributes):
        for layer in range(shuffled.shape[3]):
            values = {name: _line(shuffled[:, n, m, layer], name) for m, name in enumerate(MEASURES)}
            rows.append({"layer": layer, "attribute": a.name, **values})
    return pd.DataFrame(rows)


def _line(values: np.ndarray, measure: str) -> float:
    known = values[~np.isnan(values)]
    return float(np.quantile(known, 1 - LEVEL if measure in LOWER else LEVEL)) if len(known) else np.nan
