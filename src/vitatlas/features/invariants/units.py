"""Invariants of what units are selective for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from vitatlas.features.selectivity.attributes import CATEGORY, KIND
from vitatlas.features.selectivity.layers import MEANS
from vitatlas.features.selectivity.names import ALL_LAYERS
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

LAYER = ["model", "run", "site", "layer", "by", "attribute"]
UNIT = [*LAYER[:4], "unit", "by"]
SHARES = ("eta2", "best_auc", "share_selective", "explains_most", "share_of_eta2", "between_kinds")
TRENDS = ("progression_eta2", "progression_share")


def _outside(values: pd.Series, low: float, high: float) -> pd.Series:
    """How far values lie outside a range; missing ones do not count."""
    known = values.dropna()
    return (known - high).clip(lower=0) + (low - known).clip(lower=0)


@invariant(
    "selectivities are areas and shares",
    "Areas under the ROC curve and C of single units lie between 0 and 1, and so do shares of variance.",
    source="their definitions",
    tables=("selective_units",),
)
def _areas(finished: Finished) -> Iterable[float]:
    for table in finished.of("selective_units"):
        for column in ("auc", "signed", "c", "c_largest", "eta2"):
            yield from _outside(table[column], 0, 1)


@invariant(
    "the best value is told better than by guessing",
    "Of all values of an attribute, a unit tells the one that it tells best no worse than by guessing: areas under the "
    "ROC curve, weighted by pairs of pictures, are .5 in the mean over values.",
    source="its definition",
    tables=("selective_units",),
    bound=1e-9,
)
def _best(finished: Finished) -> Iterable[float]:
    for table in finished.of("selective_units"):
        yield from (0.5 - table["auc"]).clip(lower=0)
        straight, turned = (table["auc"] - table["signed"]).abs(), (table["auc"] - 1 + table["signed"]).abs()
        yield from np.minimum(straight, turned)


@invariant(
    "no C is above the largest",
    "The C of the value that is told best is not above the largest C of all values, and is known where strata are.",
    source="its definition",
    tables=("selective_units",),
    bound=1e-9,
)
def _largest(finished: Finished) -> Iterable[float]:
    for table in finished.of("selective_units"):
        yield from (table["c"] - table["c_largest"]).dropna().clip(lower=0)
        yield from (table["c"].notna() != (table["strata"] > 0)).astype(float)


@invariant(
    "kinds explain no more than categories",
    "Categories are divided into kinds, so that these explain no more of a unit's variance.",
    source="its definition",
    tables=("selective_units",),
    bound=1e-9,
)
def _nested(finished: Finished) -> Iterable[float]:
    for table in finished.of("selective_units"):
        wide = table[table["attribute"].isin([CATEGORY, KIND])].pivot(index=UNIT, columns="attribute", values="eta2")
        if {CATEGORY, KIND} <= set(wide):
            yield from (wide[KIND] - wide[CATEGORY]).dropna().clip(lower=0)


@invariant(
    "layers are the means of their units",
    "Of every layer and attribute, what is a mean over units is that of the table of units, over as many as are known.",
    source="its definition",
    tables=("selectivity", "selective_units"),
    bound=1e-9,
)
def _means(finished: Finished) -> Iterable[float]:
    units = {_model(table): table for table in finished.of("selective_units")}
    for table in finished.of("selectivity"):
        if (own := units.get(_model(table))) is None:
            continue
        for quantity, column in MEANS.items():
            rows = table[table["quantity"] == quantity].set_index(LAYER)
            both = rows.join(own.groupby(LAYER)[column].agg(["mean", "count"]), how="outer")
            yield from (both["value"] - both["mean"]).abs()[both["count"] != 0]
            yield from (both["n"] - both["count"]).abs()


def _model(table: pd.DataFrame) -> str:
    return str(table["model"].iloc[0])


@invariant(
    "layers have shares",
    "Shares lie between 0 and 1, those of all attributes in the explained variance sum to 1, and rank correlations lie "
    "between -1 and 1; lower bounds are not above upper ones.",
    source="their definitions",
    tables=("selectivity",),
    bound=1e-9,
)
def _shares(finished: Finished) -> Iterable[float]:
    for table in finished.of("selectivity"):
        for column in ("value", "low", "high", "null"):
            yield from _outside(table.loc[table["quantity"].isin(SHARES), column], 0, 1)
            yield from _outside(table.loc[table["quantity"].isin(TRENDS), column], -1, 1)
        for quantity in ("share_of_eta2", "explains_most"):
            rows = table[table["quantity"] == quantity]
            yield from (rows.groupby(LAYER[:-1])["value"].sum() - 1).abs()
        yield from (table["low"] - table["high"]).dropna().clip(lower=0)


@invariant(
    "every measure has its null",
    "Beside every measure of a layer that is known stands what shuffled attributes give, beside every trend what "
    "random orders of layers give.",
    source="section 6",
    tables=("selectivity",),
)
def _nulls(finished: Finished) -> Iterable[float]:
    wanted = {*MEANS, "share_selective", "between_kinds", *TRENDS}
    for table in finished.of("selectivity"):
        rows = table[table["quantity"].isin(wanted) & table["value"].notna()]
        yield from rows["null"].isna().astype(float)
        yield from ((rows["layer"] == ALL_LAYERS) != rows["quantity"].isin(TRENDS)).astype(float)


INVARIANTS: tuple[Invariant[Finished], ...] = (_areas, _best, _largest, _nested, _means, _shares, _nulls)
