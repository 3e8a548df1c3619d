"""Invariants of what networks answer: of tokens of the last layer, of masked and of filtered pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from vitatlas.features.last_layer.names import ALL, AVERAGE, CLS_ONLY, ISOLATING, MAXIMUM, NATURAL, PATCH
from vitatlas.features.reliance.conditions import FILTERS, FULL, UNFILTERED
from vitatlas.features.reliance.curve import area
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

WHOLE = 2**0.5 - 1e-6
"""The cut-off, in half a picture's side, from which on an ideal filter lets everything pass."""


@invariant(
    "nothing kept apart, nothing lost",
    "Class tokens that join the patches before the first block, or leave them after the last, give the whole network's "
    "accuracy.",
    source="section 4",
    tables=("last_layer",),
)
def _ends(finished: Finished) -> Iterable[float]:
    for rows in _cells(finished.of("last_layer"), "measure"):
        natural = rows.loc[rows["quantity"] == NATURAL, "hits"].iloc[0]
        depth = rows["layer"].max()
        yield from (_at(rows, ISOLATING, 0) - natural).abs()
        yield from (_at(rows, CLS_ONLY, depth) - natural).abs()


@invariant(
    "one answer for all pictures",
    "Class tokens that never see a patch give one answer, the same whether patches go on without them or not, and "
    "right on no more pictures than those of the commonest classes.",
    source="section 4",
    tables=("last_layer",),
    bound=1e-9,
)
def _constant(finished: Finished) -> Iterable[float]:
    for rows in _cells(finished.of("last_layer"), "measure"):
        never = _at(rows, ISOLATING, rows["layer"].max(), "value").to_numpy()
        alone = _at(rows, CLS_ONLY, 0, "value").to_numpy()
        yield from np.abs(never - alone)
        yield from (never - rows["chance"].iloc[0]).clip(min=0)


@invariant(
    "the average is that of the patches",
    "The average over patches is the mean of the accuracies of all places, and the maximum their largest.",
    source="table 1",
    tables=("last_layer",),
    bound=1e-9,
)
def _patches(finished: Finished) -> Iterable[float]:
    for rows in _cells(finished.of("last_layer"), "measure", "layer"):
        own = rows[rows["among"] == ALL]
        patches = own.loc[own["quantity"] == PATCH, "value"]
        if not patches.empty:
            yield from (own.loc[own["quantity"] == AVERAGE, "value"] - patches.mean()).abs()
            yield from (own.loc[own["quantity"] == MAXIMUM, "value"] - patches.max()).abs()


@invariant(
    "normalised is relative to full",
    "Normalised accuracy is 100 times that on masked pictures over that on full ones: of full pictures, 100.",
    source="section 5",
    tables=("masked",),
    bound=1e-9,
)
def _normalised(finished: Finished) -> Iterable[float]:
    for rows in _cells(finished.of("masked"), "part"):
        wide = rows.pivot(index=["shown", "mask", "fill"], columns="measure", values="value")
        for measure in ("top1", "top5"):
            whole = float(wide[measure].to_dict()[FULL, "", ""])
            if whole > 0:
                yield from (wide[f"normalised_{measure}"] - 100 * wide[measure] / whole).abs()


@invariant(
    "the first answer is among five",
    "Top-1 and top-5 lie between 0 and 1, and top-5 is no lower than top-1, however pictures are shown.",
    source="their definitions",
    tables=("masked", "low_pass"),
)
def _nested(finished: Finished) -> Iterable[float]:
    for kind, keys in (("masked", ["shown", "mask", "fill"]), ("low_pass", ["filter", "rho"])):
        for rows in _cells(finished.of(kind), "part"):
            shares = rows[rows["measure"].isin(["top1", "top5"])].fillna({"rho": 0})
            wide = shares.pivot(index=keys, columns="measure", values="value")
            yield from (wide["top1"] - wide["top5"]).clip(lower=0)
            yield from (wide["top5"] - 1).clip(lower=0)
            yield from (-wide["top1"]).clip(lower=0)


@invariant(
    "all frequencies are the picture",
    "An ideal filter whose cut-off is the highest frequency of a picture changes no answer.",
    source="figure 16",
    tables=("low_pass",),
)
def _identity(finished: Finished) -> Iterable[float]:
    for rows in _cells(finished.of("low_pass"), "part"):
        shares = rows[rows["measure"].isin(["top1", "top5"])].set_index("measure")
        whole = shares[(shares["filter"] == FILTERS[0]) & (shares["rho"] >= WHOLE)]["value"]
        yield from (whole - shares.loc[shares["filter"] == UNFILTERED, "value"].reindex(whole.index)).abs()


@invariant(
    "areas are those of the curves",
    "The area is the mean height of top-1 over unfiltered top-1, over the logarithm of the cut-off.",
    source="figure 16",
    tables=("low_pass",),
    bound=1e-9,
)
def _areas(finished: Finished) -> Iterable[float]:
    for rows in _cells(finished.of("low_pass"), "part", "filter"):
        curve, stated = rows[rows["measure"] == "relative"], rows.loc[rows["measure"] == "area", "value"]
        if len(stated) and curve["value"].notna().all():
            yield abs(float(area(curve["cycles"].to_numpy(), curve["value"].to_numpy())) - float(stated.iloc[0]))


def _cells(tables: Iterable[pd.DataFrame], *keys: str) -> Iterator[pd.DataFrame]:
    """The rows of each model, run and combination of keys."""
    for table in tables:
        for _, rows in table.groupby(["model", "run", *keys], sort=False):
            yield rows


def _at(rows: pd.DataFrame, quantity: str, layer: int, column: str = "hits") -> pd.Series:
    """The numbers of a quantity behind so many blocks; none where it is not defined."""
    return rows.loc[(rows["quantity"] == quantity) & (rows["layer"] == layer), column]


INVARIANTS: tuple[Invariant[Finished], ...] = (
    *(_ends, _constant, _patches),
    *(_normalised, _nested, _identity, _areas),
)
