"""Claims of trend: whether, over models, one thing grows with another."""

from __future__ import annotations

from typing import Any

import numpy as np

from vitatlas.statistics.correlation import correlation
from vitatlas.verdicts.claim_schema import TREND_MODELS, Trend
from vitatlas.verdicts.finding import Finding, Names, held
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.select import NoReadings
from vitatlas.verdicts.selections import Side
from vitatlas.verdicts.taken import Taken, take
from vitatlas.verdicts.words import FAILS, HOLDS, ONE_RUN, SCATTERED

STRONG = 0.5
"""A correlation at least this large goes the claimed way; with so few models, smaller ones arise by chance."""


def trend(claim: Trend, readings: Readings, names: Names) -> Finding:
    """It holds where r and its whole 95 % interval (Fisher's z, over models) are above 0. It is too scattered to tell
    where r ≥ 0.5 and the interval holds 0. Both axes are means over the same runs."""
    x, y, runs = _points(claim, readings)
    r, low, high = correlation(x.tolist(), y.tolist())
    if np.isnan(r):
        raise NoReadings("the models do not differ in it")
    holds = r > 0 and (low > 0 or r == 1)
    verdict = held(runs) if holds else SCATTERED if r >= STRONG else FAILS
    remarks = [] if verdict in (HOLDS, ONE_RUN) else ["the interval holds 0"]
    return Finding(
        verdict=verdict,
        text=f"r = {r:.2f}, 95 % [{low:.2f}, {high:.2f}], {len(x)} models",
        runs=runs,
        where=_layers(claim, readings),
        remark="; ".join(remarks + _without(claim, x, y, names)),
    )


def _points(claim: Trend, readings: Readings) -> tuple[np.ndarray, np.ndarray, int]:
    """x and y of each model, over the runs that both were measured in, and the fewest runs of a model.

    Raises:
        NoReadings: Fewer models than a trend needs, or a model of which x and y were measured in different runs.
    """
    if len(claim.models) < TREND_MODELS:
        raise NoReadings(f"{len(claim.models)} models are left; a trend needs {TREND_MODELS}")
    sides = [_by_model(claim, side, readings) for side in (claim.x, claim.y)]
    points, runs = [], []
    for model in claim.models:
        both = [side[model] for side in sides]
        shared = [run for run in both[0].runs if run in both[1].runs]
        if not shared:
            raise NoReadings(f"both axes were measured in other runs of {model}")
        points.append([np.mean([one.value[one.runs.index(run)] for run in shared]) for one in both])
        runs.append(len(shared))
    x, y = np.array(points).T
    return x, y, min(runs)


def _by_model(claim: Trend, side: Side, readings: Readings) -> dict[str, Taken]:
    wanted: dict[str, Any] = claim.of.given() | {"model": claim.models} | side.given()
    return {model: take(curve, "value") for model, curve in readings.curves(wanted).items()}


def _layers(claim: Trend, readings: Readings) -> str:
    """The layer that x is of, where it is the same one of every model and not the best of several."""
    layers = {taken.layer for taken in _by_model(claim, claim.x, readings).values()}
    (layer,) = layers if len(layers) == 1 else (None,)
    return "" if layer is None else f"in layer {layer}, the only one measured"


def _without(claim: Trend, x: np.ndarray, y: np.ndarray, names: Names) -> list[str]:
    rest = np.array([model != claim.without for model in claim.models])
    if rest.all() or rest.sum() < 2:
        return []
    return [f"without {names(str(claim.without))} r = {correlation(x[rest].tolist(), y[rest].tolist())[0]:.2f}"]
