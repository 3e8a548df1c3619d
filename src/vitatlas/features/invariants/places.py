"""Invariants of what features reach at a place, and of what their pictures are worth."""

from __future__ import annotations

from collections.abc import Iterable

from vitatlas.artifacts.pixels import pixels
from vitatlas.features.analyses import QUALITY, VISUALISED
from vitatlas.features.quality.names import LAYER
from vitatlas.features.specs.tables import SIDE
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

MADE = tuple(analysis.kind for analysis in VISUALISED)
JUDGED = tuple(analysis.kind for analysis in QUALITY)
FEATURE = ["run", "set", "site", "layer", "unit", "weight"]

LEAST = 0.1701
"""GELU, and its quick version, are nowhere below the negative of this."""

SHARES = ("high_frequency", "partner", "natural_partner", "told_apart", "exceeds", "repeats", "works")
COSINES = ("agreement", "natural")
"""Differences of two means of cosines."""


@invariant(
    "what features behind GELU cannot reach",
    "No activation of a feed-forward feature is below the least value of its non-linearity, augmented or not.",
    source="definition of GELU",
    tables=MADE,
)
def _least(finished: Finished) -> Iterable[float]:
    for table in finished.of(*MADE):
        behind = table[table["site"] == "mlp.act"]
        for column in ("activation", "activation_augmented"):
            yield from (-LEAST - behind[column]).clip(lower=0)


@invariant(
    "replicates differ",
    "No two replicates of a feature are the same picture.",
    source="section 3",
    tables=MADE,
)
def _replicates(finished: Finished) -> Iterable[float]:
    for table in finished.of(*MADE):
        yield from table.duplicated([*FEATURE, "image"]).astype(float)


@invariant(
    "what is saturated can be seen",
    "The share of saturated values is that of the stored picture, where it is stored in its own size.",
    source="its definition",
    tables=MADE,
    bound=1e-6,
)
def _saturated(finished: Finished) -> Iterable[float]:
    for table in finished.of(*MADE):
        for png, share in table[["image", "saturated"]].itertuples(index=False):
            found = pixels(png)
            # Those of that side may have been made smaller, and have other values
            if found.shape[0] < SIDE:
                yield abs(float(((found == 0) | (found == 255)).mean()) - share)


@invariant(
    "quality is within its bounds",
    "Shares of pictures and of energy lie between 0 and 1, differences of cosines between -2 and 2, and values between "
    "the ends of their intervals.",
    source="their definitions",
    tables=JUDGED,
    bound=1e-9,
)
def _bounds(finished: Finished) -> Iterable[float]:
    for table in finished.of(*JUDGED):
        for quantities, least, most in ((SHARES, 0, 1), (COSINES, -2, 2)):
            found = table.loc[table["quantity"].isin(quantities), "value"].dropna()
            yield from (found - most).clip(lower=0)
            yield from (least - found).clip(lower=0)
        yield from (table["low"] - table["value"]).dropna().clip(lower=0)
        yield from (table["value"] - table["high"]).dropna().clip(lower=0)


@invariant(
    "what works exceeds and repeats",
    "No more visualisations work than exceed natural pictures, and no more than repeat.",
    source="section 3",
    tables=JUDGED,
    bound=1e-9,
)
def _works(finished: Finished) -> Iterable[float]:
    for table in finished.of(*JUDGED):
        wide = table.pivot_table(index=LAYER, columns="quantity", values="value", dropna=False)
        for other in {"exceeds", "repeats"} & set(wide.columns):
            if "works" in wide:
                yield from (wide["works"] - wide[other]).dropna().clip(lower=0)


INVARIANTS: tuple[Invariant[Finished], ...] = (_least, _replicates, _saturated, _bounds, _works)
