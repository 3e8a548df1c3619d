"""Claims of place: at which layer curves are highest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from vitatlas.verdicts.claim_schema import Curve, Peak
from vitatlas.verdicts.finding import SLACK, Finding, Names, verdict_of
from vitatlas.verdicts.select import NoReadings, curves, matching, place
from vitatlas.verdicts.words import REPRODUCED, layers_in_words

MEAN = "mean"


def peak(claim: Peak, readings: pd.DataFrame, names: Names) -> Finding:
    """The mean curves' places, and every run's. Its way: of an order, also where neighbours coincide."""
    tables = [curves(matching(readings, claim.of.given() | curve.given())) for curve in claim.curves]
    runs = sorted(set.intersection(*(set(table.columns) for table in tables)) - {MEAN})
    if not runs:
        raise NoReadings("the curves were measured in different runs")
    layers = max(int(table.index.max()) for table in tables) + 1
    ceilings = [curve.ceiling for curve in claim.curves]
    places = {
        run: [place(table[run].dropna(), near) for table, near in zip(tables, ceilings, strict=True)]
        for run in [MEAN, *runs]
    }
    holds = {run: _holds(claim, found, layers) for run, found in places.items()}
    rising = all(before <= after for before, after in pairwise(places[MEAN]))
    verdict = verdict_of(holds[MEAN], all(holds[run] for run in runs), claim.in_order and rising and not claim.denied)
    labels = [_label(curve) for curve in claim.curves]
    text = layers_in_words(labels, places[MEAN], layers)
    others = sorted({layers_in_words(labels, places[run], layers) for run in runs} - {text})
    differing = f"in single runs: {'; '.join(others)}" if others else ""
    return Finding(verdict, text, runs=len(runs), remark="" if verdict == REPRODUCED else differing)


def _label(curve: Curve) -> str:
    """The first word by which the curve is told from others; `best` of the only one."""
    return next((value for value in curve.given().values() if isinstance(value, str)), "best")


def _holds(claim: Peak, places: Sequence[int], layers: int) -> bool:
    depths = [(layer + 1) / layers for layer in places]
    if claim.in_order:
        return all(before < after for before, after in pairwise(places)) != claim.denied
    if claim.depth is not None:
        return claim.depth[0] - SLACK <= depths[0] <= claim.depth[1] + SLACK
    return abs(depths[0] - depths[1]) <= (claim.together or 0.0) + SLACK
