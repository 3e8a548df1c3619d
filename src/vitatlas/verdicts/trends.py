"""Claims of trend: whether, over models, one thing grows with another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from vitatlas.statistics.correlation import correlation
from vitatlas.verdicts.claim_schema import Trend
from vitatlas.verdicts.finding import Finding, Names, verdict_of
from vitatlas.verdicts.select import NoReadings, matching, per_run
from vitatlas.verdicts.words import REPRODUCED

STRONG = 0.5
"""A correlation at least this large goes the claimed way; with so few models, smaller ones arise by chance."""


def trend(claim: Trend, readings: pd.DataFrame, names: Names) -> Finding:
    """It holds where r and its whole 95 % interval (Fisher's z, from four models on) are above 0. Its way: r ≥ 0.5."""
    shared = claim.of.given() | {"model": claim.models}
    x, y = (_by_model(readings, shared | side.given()) for side in (claim.x, claim.y))
    y = y.loc[x.index]
    r, low, high = correlation(x["mean"], y["mean"])
    if np.isnan(r):
        raise NoReadings("the models do not differ in it")
    verdict = verdict_of(r > 0 and low > 0, True, r >= STRONG)
    interval = "no interval with so few models" if np.isnan(low) else f"95 % [{low:.2f}, {high:.2f}]"
    remarks = [] if verdict == REPRODUCED else ["the interval holds 0" if low <= 0 else interval]
    rest = x.index[x.index != claim.without]
    if claim.without is not None and len(rest) > 1:
        other = correlation(x["mean"].loc[rest], y["mean"].loc[rest])[0]
        remarks.append(f"without {names(claim.without)} r = {other:.2f}")
    return Finding(
        verdict=verdict,
        text=f"r = {r:.2f}, {interval}, {len(x)} models",
        runs=int(min(x["count"].min(), y["count"].min())),
        remark="; ".join(remarks),
    )


def _by_model(readings: pd.DataFrame, wanted: dict[str, Any]) -> pd.DataFrame:
    """Mean over runs and number of runs of each model."""
    runs = per_run(matching(readings, wanted), "value")
    return runs.groupby("model")["value"].agg(["mean", "count"])
