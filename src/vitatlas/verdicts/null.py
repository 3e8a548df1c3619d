"""The judge on tables that hold nothing: how often each claim passes by chance.

Three kinds. `flat`: every reading is at chance, exactly. `noise`: every reading is at chance, as so many images and
runs would measure it. `shuffled`: readings with the same level of chance change places, in each run for itself: among
models, conditions, layers and analyses. A reading without a level of chance lies at the mean of its analysis.

What a claim presupposes (`solved`) is granted, since hardly any claim would be judged otherwise: rates are those of
models that solve what they were trained for, and in which there is nothing to find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.jobs.seeds import derive_seed
from vitatlas.statistics.intervals import share_error
from vitatlas.verdicts.beside import nothing_beside
from vitatlas.verdicts.checks import check
from vitatlas.verdicts.claim_schema import asserts_an_effect
from vitatlas.verdicts.judge_claims import not_judged
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.select import NoReadings
from vitatlas.verdicts.spec import NullSpec
from vitatlas.verdicts.stand_ins import Resolved, resolved
from vitatlas.verdicts.words import HOLDS, NOT_ATTEMPTED, ONE_RUN, Verdict

FLAT, NOISE, SHUFFLED = KINDS = ("flat", "noise", "shuffled")
COLUMNS = ["id", "kind", "effect", *KINDS, *(f"one_run_{kind}" for kind in KINDS), "by_chance"]
BOUND = 0.05
"""The rate that a claim which asserts an effect may have."""

Draw = Callable[[np.random.Generator], Readings]


def calibrate(claims: list[Any], measured: Readings, spec: NullSpec) -> pd.DataFrame:
    """The rates of all claims that the tier's readings let judge, each claim of the tier's models once.

    Args:
        claims: Single ones, with the paper's models.
        measured: The tier's readings: they say how many runs and images there are, and what is shuffled.
        spec: The job's.

    Returns:
        Columns `COLUMNS`: the claim and its kind, whether it asserts an effect; by kind of table the share of draws in
        which it holds, and in which it is seen in one run; and the largest of the first three.
    """
    judged = list(_judged(claims, measured, spec))
    found = {kind: _rates(judged, measured, kind, spec) for kind in KINDS}
    rows = []
    for name, mapped in judged:
        about = {"id": name, "kind": mapped.claim.kind, "effect": asserts_an_effect(mapped.claim)}
        holds = {kind: rates.get((name, HOLDS), 0.0) for kind, rates in found.items()}
        one_run = {f"one_run_{kind}": rates.get((name, ONE_RUN), 0.0) for kind, rates in found.items()}
        rows.append(about | holds | one_run | {"by_chance": max(holds.values())})
    return pd.DataFrame(rows, columns=COLUMNS)


def read_rates(path: Path) -> dict[str, float]:
    """By claim, how often it passes by chance, from the table that the job writes."""
    table = pd.read_csv(path, comment="#")
    return dict(zip(table["id"], table["by_chance"], strict=True))


def drawn(measured: Readings, kind: str) -> Draw:
    """A function that draws tables of this kind."""
    if kind == SHUFFLED:
        groups = _exchangeable(measured)
        return lambda rng: _shuffled(measured, groups, rng)
    level = _levels(measured)
    if kind == FLAT:
        return lambda rng: _at(measured, lambda: level)
    return lambda rng: _at(measured, lambda: _noisy(measured, level, rng))


def _judged(claims: list[Any], measured: Readings, spec: NullSpec) -> Iterator[tuple[str, Resolved]]:
    """The claims that are judged on the tier's own readings, where their models solve what they are trained for."""
    before: dict[str, str] = {}
    for claim in claims:
        mapped = resolved(claim, spec.stand_ins)
        if not_judged(claim, mapped, before, spec) is None and _verdict(mapped, measured) is not None:
            before[mapped.signature] = claim.id
            yield claim.id, mapped


def _rates(
    judged: list[tuple[str, Resolved]], measured: Readings, kind: str, spec: NullSpec
) -> dict[tuple[str, Verdict], float]:
    """By claim and verdict, the share of draws."""
    draws = 1 if kind == FLAT else spec.draws
    rng = np.random.default_rng(derive_seed(spec.seed, "null", kind))
    draw = drawn(measured, kind)
    found: Counter[tuple[str, Verdict]] = Counter()
    for _ in range(draws):
        readings = draw(rng)
        found.update((name, _verdict(mapped, readings) or NOT_ATTEMPTED) for name, mapped in judged)
    return {key: count / draws for key, count in found.items()}


def _verdict(mapped: Resolved, readings: Readings) -> Verdict | None:
    """The verdict on a claim; None where there is none."""
    try:
        if nothing_beside(mapped.claim, readings):
            return NOT_ATTEMPTED
        return check(mapped.claim, readings, str).verdict
    except NoReadings:
        return None


def _levels(measured: Readings) -> np.ndarray:
    """Of each reading, where it lies if there is nothing."""
    table = measured.table
    means = pd.Series(measured.value).groupby(table["analysis"]).transform("mean")
    chance = table["chance"].to_numpy(dtype=float, na_value=np.nan)
    level = np.where(np.isnan(chance), means, chance)
    return np.where(np.isnan(measured.value), np.nan, level)


def _at(measured: Readings, values: Callable[[], np.ndarray]) -> Readings:
    """Readings with these values, and drawn once more on the images for choosing a layer, where there are such."""
    value, selection = values(), np.where(np.isnan(measured.selection), np.nan, values())
    images = measured.images
    error = np.where(np.isnan(images), measured.error, share_error(value, images))
    return measured.replaced(value, error, selection)


def _noisy(measured: Readings, level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Values around their levels: shares as of so many images, others with the error that they were measured with."""
    is_share = ~np.isnan(measured.images) & ~np.isnan(level)
    images = np.where(is_share, measured.images, 1).astype(int)
    # The mean of an analysis that has other numbers than shares too may be no share.
    shares = rng.binomial(images, np.where(is_share, level, 0.0).clip(0, 1)) / images
    others = level + rng.normal(0, np.nan_to_num(measured.error))
    return np.where(is_share, shares, others)


def _exchangeable(measured: Readings) -> list[np.ndarray]:
    """Rows that may change places: of one run and level of chance, as sure of their value as their images make them."""
    table = measured.table
    known = ~np.isnan(measured.value) & ~np.isnan(measured.error)
    rows = pd.Series(np.arange(len(table)))[known]
    return [group.to_numpy() for _, group in rows.groupby([table["chance"].fillna(-1), table["run"]])]


def _shuffled(measured: Readings, groups: list[np.ndarray], rng: np.random.Generator) -> Readings:
    order = np.arange(len(measured.value))
    for rows in groups:
        order[rows] = rng.permutation(rows)
    return measured.replaced(measured.value[order], measured.error[order], measured.selection[order])
