"""Published numbers against ours: the rule by which a number, or a curve over layers, gets its verdict.

Ours is the mean over runs; its spread reaches from the lowest run to the highest. For a single number:

- reproduced: the published value lies within our spread, or within half a unit of its last decimal of our mean;
- within tolerance: it is no further from our mean than its tolerance;
- direction only: both lie on the same side of chance, each further from it than the tolerance;
- not reproduced: anything else.

A curve is judged as a whole: reproduced or within tolerance if that is so in every layer; direction only if both curves
peak in the same layer or in neighbouring ones and rise and fall together (Spearman's rank correlation at least 0.8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vitatlas.verdicts.words import DIRECTION, NOT_REPRODUCED, REPRODUCED, WITHIN, Verdict, number

TOGETHER = 0.8
"""The least rank correlation of two curves that rise and fall together."""
NEIGHBOUR = 1
"""The number of layers that two peaks may be apart."""
SLACK = 1e-9
"""Differences smaller than this are rounding of floats."""


@dataclass(frozen=True)
class Comparison:
    """A published number, or the layer of a curve that is furthest beyond its tolerance, beside ours.

    Attributes:
        place: (published - ours) in our standard deviations; NaN without any.
        where: Which layer it is, of a curve.
    """

    verdict: Verdict
    published: float
    tolerance: float
    ours: float
    sd: float
    runs: int
    place: float
    where: str
    reason: str


def compare(both: pd.DataFrame, layers: int) -> Comparison:
    """The verdict on one number, or on one curve.

    Args:
        both: Its rows of `beside`: one, or one per layer that was measured.
        layers: How many values were published of it: more than one are a curve.
    """
    return _curve(both, layers) if layers > 1 else _number(both.iloc[0])


def beside(published: pd.DataFrame, ours: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per published value that was measured, with what is needed to judge it.

    Args:
        published: Rows of the table of published numbers.
        ours: Readings.
        keys: The columns by which they belong together; missing matches missing.
    """
    by_key = ours.groupby(keys, dropna=False, sort=False)["value"]
    measured = by_key.agg(ours="mean", sd="std", runs="count", low="min", high="max").reset_index()
    both = published.merge(measured, on=keys)
    off = (both["value"] - both["ours"]).abs()
    half = 0.5 * 10.0 ** -both["decimals"].astype(float) + SLACK
    spread = (both["value"] >= both["low"] - SLACK) & (both["value"] <= both["high"] + SLACK)
    return both.assign(off=off, same=spread | (off <= half), near=off <= both["tolerance"] + SLACK)


def _number(row: pd.Series) -> Comparison:
    side = [_side(row[name], row["chance"], row["tolerance"]) for name in ("value", "ours")]
    if row["same"]:
        verdict, reason = REPRODUCED, "within our spread"
    elif row["near"]:
        verdict, reason = WITHIN, f"{number(row['off'])} apart"
    elif side[0] == side[1] != 0:
        verdict, reason = DIRECTION, f"{number(row['off'])} apart, on the same side of chance"
    else:
        verdict, reason = NOT_REPRODUCED, f"{number(row['off'])} apart"
    return _comparison(row, verdict, "", reason)


def _side(value: float, chance: float, tolerance: float) -> int:
    """1 above chance, -1 below, 0 as near to it as the tolerance, or where there is no chance."""
    return 0 if np.isnan(chance) or abs(value - chance) <= tolerance else int(np.sign(value - chance))


def _curve(both: pd.DataFrame, layers: int) -> Comparison:
    furthest = both.iloc[int((both["off"] / both["tolerance"]).argmax())]
    peaks = [int(both["layer"].iloc[int(both[name].argmax())]) for name in ("value", "ours")]
    together = both["value"].rank().corr(both["ours"].rank())
    if len(both) == layers and both["same"].all():
        verdict = REPRODUCED
    elif len(both) == layers and both["near"].all():
        verdict = WITHIN
    elif abs(peaks[0] - peaks[1]) <= NEIGHBOUR and together >= TOGETHER:
        verdict = DIRECTION
    else:
        verdict = NOT_REPRODUCED
    counts = (
        f"{int(both['same'].sum())} of {layers} layers within our spread, {int(both['near'].sum())} within tolerance"
    )
    shape = f"peaks in layers {peaks[0]} (published) and {peaks[1]} (ours), rank correlation {together:.2f}"
    measured = "" if len(both) == layers else f"; {len(both)} measured"
    where = f"{layers} layers; furthest off in layer {int(furthest['layer'])}"
    return _comparison(furthest, verdict, where, f"{counts}{measured}; {shape}")


def _comparison(row: pd.Series, verdict: Verdict, where: str, reason: str) -> Comparison:
    sd = float(row["sd"])
    place = (row["value"] - row["ours"]) / sd if sd > 0 else float("nan")
    return Comparison(
        verdict=verdict,
        published=float(row["value"]),
        tolerance=float(row["tolerance"]),
        ours=float(row["ours"]),
        sd=sd,
        runs=int(row["runs"]),
        place=float(place),
        where=where,
        reason=reason,
    )
