"""Invariants of maps, of how local they are, and of moved pictures."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from vitatlas.features.maps.choose import DRAWN
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

FITS, CONTROL = ("auc", "pointing", "iou"), "shuffled"
SHARES = ("gini", "above_half", "area", "auc_off", *FITS)
CORRELATIONS = ("relocation", "token_cosine")
LEAST_SCALE = 1e-3
"""Scores are compared on no smaller scale: units that are hardly active have scores near 0."""

UNIT = ["model", "run", "layer", "unit", "chosen"]
"""The columns that tell the pictures of one unit from others."""


@invariant(
    "a map's mean is its score",
    "The mean of a map is the score of its picture, and its maximum that of pictures chosen by the maximum, to a "
    "hundred thousandth of the unit's scale.",
    source="section 3",
    tables=("mapped",),
    bound=1e-5,
)
def _scores(finished: Finished) -> Iterable[float]:
    for table in finished.of("mapped"):
        for chosen, values, score, scale in table[["chosen", "map", "score", "scale"]].itertuples(index=False):
            grid = np.asarray(values, dtype=np.float64)
            found = float(grid.mean() if chosen == "mean" else grid.max())
            yield abs(found - score) / max(scale, abs(score), LEAST_SCALE)


@invariant(
    "a map fills its grid",
    "A map has a value for every patch, and its coefficient of variation is not beyond that of one active patch.",
    source="section 4",
    tables=("mapped",),
    bound=1e-6,
)
def _grids(finished: Finished) -> Iterable[float]:
    for table in finished.of("mapped"):
        patches = table["rows"] * table["columns"]
        yield from (table["map"].map(len) - patches).abs()
        yield from (table["variation"] - np.sqrt(patches - 1)).clip(lower=0)
        yield from (-table["variation"]).clip(lower=0)


@invariant(
    "fits are shares",
    "Areas under curves, pointing, overlap and shares of patches lie between 0 and 1, correlations and cosines between "
    "-1 and 1, and no coefficient of variation is below 0.",
    source="their definitions",
    tables=("locality",),
    bound=1e-9,
)
def _shares(finished: Finished) -> Iterable[float]:
    for table in finished.of("locality"):
        value = table["value"]
        yield from (-value[table["quantity"].isin([*SHARES, "variation"])]).clip(lower=0)
        yield from (value[table["quantity"].isin(SHARES)] - 1).clip(lower=0)
        yield from (value[table["quantity"].isin(CORRELATIONS)].abs() - 1).clip(lower=0)


@invariant(
    "every fit has its control",
    "Beside every fit of a unit's maps to several masks stand that to masks of other pictures, and the object's share.",
    source="section 4",
    tables=("locality",),
)
def _controlled(finished: Finished) -> Iterable[float]:
    for table in finished.of("locality"):
        area = _units(table[table["quantity"] == "area"])
        for quantity in (*FITS, "auc_off"):
            rows = table[table["quantity"] == quantity]
            several = rows[(rows["control"] == "") & (rows["n"] > 1)]
            if len(several):
                fits, shuffled = (_units(some) for some in (several, rows[rows["control"] == CONTROL]))
                yield float(len(fits.difference(shuffled)))
                yield float(len(fits.difference(area)))


@invariant(
    "no layer is left out",
    "Of every layer there are units drawn at random, and both motions of pictures with the same units.",
    source="section 4",
    tables=("locality", "moved"),
)
def _layers(finished: Finished) -> Iterable[float]:
    for table in finished.of("locality"):
        drawn = table[table[DRAWN].astype(bool)]
        for run, rows in table.groupby("run"):
            yield from _gaps(rows["layer"], drawn.loc[drawn["run"] == run, "layer"])
    for table in finished.of("moved"):
        for _, rows in table.groupby("run"):
            wide = rows.pivot(index="layer", columns="motion", values="units")
            yield from _gaps(rows["layer"], rows["layer"])
            yield from (wide["rotation"] - wide["translation"]).abs()


@invariant(
    "what stays is not below nothing",
    "Of moved pictures, scores and their ratios are not below 0, and a ratio is of no more units than there are.",
    source="its definition",
    tables=("moved",),
)
def _ratios(finished: Finished) -> Iterable[float]:
    for table in finished.of("moved"):
        for column in ("before", "after", "ratio", "of_means"):
            yield from (-table[column].dropna()).clip(lower=0)
        yield from (table["n"] - table["units"]).clip(lower=0)


def _units(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[UNIT].drop_duplicates().astype(str))


def _gaps(layers: pd.Series, found: pd.Series) -> Iterable[float]:
    """For each number from 0 to the last layer, 1 where it is not found."""
    there = set(found.dropna().astype(int))
    return [float(layer not in there) for layer in range(int(layers.max()) + 1)]


INVARIANTS: tuple[Invariant[Finished], ...] = (_scores, _grids, _shares, _controlled, _layers, _ratios)
