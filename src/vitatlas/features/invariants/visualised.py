"""Invariants of visualisations."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image

from vitatlas.features.analyses import VISUALISED
from vitatlas.features.specs.tables import SIDE
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.tables import Finished

KINDS = tuple(analysis.kind for analysis in VISUALISED)
SET = ["model", "run", "set"]
ONE = [*SET, "site", "layer", "unit", "replicate", "weight"]
"""The columns that tell visualisations apart."""


@invariant(
    "a visualisation's measures are numbers",
    "What the unit does on its visualisation, augmented and not, is a finite number; total variation is not below 0.",
    source="section 3",
    tables=KINDS,
)
def _finite(finished: Finished) -> Iterable[float]:
    for table in finished.of(*KINDS):
        for column in ("activation", "activation_augmented", "total_variation"):
            yield from (~np.isfinite(table[column])).astype(float)
        yield from (-table["total_variation"]).clip(lower=0)


@invariant(
    "a visualisation's shares are shares",
    "The share of values at the ends of the scale and that of high frequencies lie between 0 and 1, the percentile "
    "among natural pictures between 0 and 100, and it is known where the spread of natural scores is.",
    source="their definitions",
    tables=KINDS,
    bound=1e-6,
)
def _shares(finished: Finished) -> Iterable[float]:
    for table in finished.of(*KINDS):
        for column, most in (("saturated", 1), ("high_frequency", 1), ("percentile", 100)):
            known = table[column].dropna()
            yield from (known - most).clip(lower=0) + (-known).clip(lower=0)
        yield from (table["percentile"].isna() != table["sd"].isna()).astype(float)


@invariant(
    "every visualisation is there once",
    "Of each set, site, layer, unit and replicate there is one picture per weight, and no weight or replicate of a "
    "unit is left out.",
    source="the configuration",
    tables=KINDS,
)
def _once(finished: Finished) -> Iterable[float]:
    for table in finished.of(*KINDS):
        yield float(table.duplicated(ONE).sum())
        weights = table.groupby(ONE[:-1]).size()
        yield from (weights - weights.groupby(SET).transform("max")).abs()
        replicates = table.groupby(ONE[:-2])["replicate"]
        yield from (replicates.max() + 1 - replicates.nunique()).abs()


@invariant(
    "pictures are square and small enough",
    f"Pictures are PNG files in colour, as high as wide, with at most {SIDE} pixels a side; all of a network alike.",
    source="the configuration",
    tables=KINDS,
)
def _pictures(finished: Finished) -> Iterable[float]:
    for table in finished.of(*KINDS):
        sides = [_side(data) for data in table["image"]]
        yield from (float(side > SIDE or side != sides[0]) for side in sides)


def _side(data: bytes) -> float:
    """Pixels of a side; infinite for what is no square PNG in colour."""
    with Image.open(io.BytesIO(data)) as image:
        fits = image.format == "PNG" and image.mode == "RGB" and image.width == image.height
        return float(image.width) if fits else np.inf


INVARIANTS: tuple[Invariant[Finished], ...] = (_finite, _shares, _once, _pictures)
