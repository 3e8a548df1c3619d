"""Measures of units, summed up by layer, with intervals over units."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from vitatlas.features.config.selectivity import Selectivity
from vitatlas.features.selectivity.attributes import KIND
from vitatlas.jobs.seeds import derive_seed
from vitatlas.statistics.bootstrap import Interval, bootstrap_mean, weights_of
from vitatlas.statistics.intervals import wilson

MEANS = {"eta2": "eta2", "best_auc": "auc", "entropy": "entropy"}
"""Quantities that are means over units, with the column of the units' table."""


def by_layer(units: pd.DataFrame, nulls: pd.DataFrame, settings: Selectivity, seed: int) -> pd.DataFrame:
    """Rows for each site, layer, `by` and attribute: quantity, value, low, high, null, n.

    `eta2`, `best_auc`, `entropy`: means over units. `share_selective`: the share of units with a C at or above the
    threshold, of those whose C is known. `explains_most`: the share of units of whose variance the attribute explains
    more than the others do; `share_of_eta2`: its mean η² over the sum of all (without `kind`, which divides no further
    variance). Intervals (95 %) are over units: how far other units of the layer would give the same.

    Args:
        units: One row per unit, `by` and attribute; see `measure.Measures.of`.
        nulls: By site, layer, `by` and attribute, the null lines of auc, c_largest, eta2 and entropy.
        settings: With the threshold.
        seed: What samples derive from.
    """
    keys = ["site", "layer", "by"]
    lines = {tuple(row[name] for name in (*keys, "attribute")): row for row in nulls.to_dict("records")}
    found = []
    for key, rows in units.groupby(keys, sort=False):
        own = derive_seed(seed, *key)
        of_layer = _shared(rows, settings.draws, own)
        for attribute, some in rows.groupby("attribute", sort=False):
            line = lines[*key, attribute]
            of_layer += [row | {"attribute": attribute} for row in _of_attribute(some, line, settings, own)]
        found += [row | dict(zip(keys, key, strict=True)) for row in of_layer]
    return pd.DataFrame(found)


def as_row(quantity: str, interval: Interval, null: float = np.nan) -> dict[str, object]:
    """A row of the table, without what it is of."""
    return {"quantity": quantity, **interval._asdict(), "null": null}


def share(hits: np.ndarray) -> Interval:
    """The share of units that hit, of booleans [U]; nothing where there are none."""
    if not len(hits):
        return Interval(np.nan, np.nan, np.nan, 0)
    value = float(hits.mean())
    return Interval(value, *wilson(value, len(hits)), len(hits))


def _of_attribute(
    rows: pd.DataFrame, null: Mapping[Hashable, float], settings: Selectivity, seed: int
) -> list[dict[str, object]]:
    found = [
        as_row(name, bootstrap_mean(rows[column].to_numpy(), settings.draws, seed), null[column])
        for name, column in MEANS.items()
    ]
    c = rows["c_largest"].dropna().to_numpy()
    return [*found, as_row("share_selective", share(c >= settings.selective), null["c_largest"])]


def _shared(rows: pd.DataFrame, draws: int, seed: int) -> list[dict[str, object]]:
    """How the variance of a layer's units is divided among attributes that do not contain each other."""
    wide = rows[rows["attribute"] != KIND].pivot(index="unit", columns="attribute", values="eta2").dropna()
    names: Sequence[str] = list(wide.columns)
    if len(names) < 2 or len(wide) < 2:
        return []
    eta2 = wide.to_numpy()
    drawn = weights_of(len(eta2), draws, seed) @ eta2
    low, high = np.quantile(drawn / drawn.sum(1, keepdims=True), [0.025, 0.975], axis=0)
    value, most = eta2.sum(0) / eta2.sum(), eta2.argmax(1)
    found = []
    for n, name in enumerate(names):
        of = Interval(float(value[n]), float(low[n]), float(high[n]), len(eta2))
        found.append(as_row("share_of_eta2", of) | {"attribute": name})
        found.append(as_row("explains_most", share(most == n)) | {"attribute": name})
    return found
