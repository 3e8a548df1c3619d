"""Invariants of path similarity."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from vitatlas.features.path_similarity.names import COMPARED, HALVES, MADE, NATURAL, NATURAL_OTHERS, NORMALISED
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

KIND = "path_similarity"
HALF = ["model", "run", "half"]
LAYER = [*HALF, "at"]


@invariant(
    "likenesses of pictures are correlations",
    "How alike pictures are lies between -1 and 1, as do bounds of intervals, and no lower bound is above the upper.",
    source="their definition",
    tables=(KIND,),
    bound=1e-9,
)
def _correlations(finished: Finished) -> Iterable[float]:
    for table in finished.of(KIND):
        rows = table[table["quantity"].isin(COMPARED)]
        yield from rows["value"].isna().astype(float)
        for column in ("value", "low", "high"):
            yield from (rows[column].dropna().abs() - 1).clip(lower=0)
        yield from (table["low"] - table["high"]).dropna().clip(lower=0)


@invariant(
    "the normalised likeness is the ratio of differences",
    "The likeness of made and natural pictures, normalised, is its height above natural pictures of different units as "
    "a share of the height of those of one unit, where it is known.",
    source="its definition",
    tables=(KIND,),
    bound=1e-9,
)
def _ratio(finished: Finished) -> Iterable[float]:
    for table in finished.of(KIND):
        once = table.drop_duplicates([*LAYER, "quantity"])
        wide = once.pivot(index=LAYER, columns="quantity", values="value").reindex(columns=[*COMPARED, NORMALISED])
        reach = wide[NATURAL] - wide[NATURAL_OTHERS]
        expected = (wide[MADE] - wide[NATURAL_OTHERS]) / reach
        known = wide[NORMALISED].notna()
        yield from (wide[NORMALISED] - expected)[known].abs()
        yield from (reach[known] <= 0).astype(float)


@invariant(
    "pictures are followed through all layers",
    "In every layer up to the last that a unit of either half is in there is each quantity once, of no more units than "
    "in the layer before.",
    source="the configuration",
    tables=(KIND,),
)
def _followed(finished: Finished) -> Iterable[float]:
    wanted = len(COMPARED) + 1
    for table in finished.of(KIND):
        yield from (~table["half"].isin(HALVES)).astype(float)
        for _, rows in table.groupby(HALF):
            counts = rows.groupby("at")["quantity"].agg(["nunique", "size"])
            yield from (counts - wanted).abs().to_numpy().ravel()
            yield float(set(counts.index) != set(range(len(counts))))
            yield from _growth(rows)


def _growth(rows: pd.DataFrame) -> Iterable[float]:
    """By how many units there are more in a layer than in the one before, or than there are at all."""
    reaching = rows.groupby("at")["n"].max().sort_index()
    yield from reaching.diff().dropna().clip(lower=0)
    yield from (rows["n"] - rows["units"]).clip(lower=0)


INVARIANTS: tuple[Invariant[Finished], ...] = (_correlations, _ratio, _followed)
