"""Claims of level: whether readings are near something, or reach a value."""

from __future__ import annotations

import pandas as pd

from vitatlas.verdicts.claim_schema import AtLeast, Equal
from vitatlas.verdicts.finding import SLACK, Finding, Names, verdict_of
from vitatlas.verdicts.select import NoReadings, at_depth, matching, per_run, single
from vitatlas.verdicts.words import REPRODUCED, number

HALF = 0.5
"""The level of chance of two answers."""


def equal(claim: Equal, readings: pd.DataFrame, names: Names) -> Finding:
    """Of several layers, the one that is furthest off decides. Its way: within twice the margin."""
    rows = _beside_target(claim, readings)
    means = rows.groupby(["model", "layer"], dropna=False)[["value", "to"]].mean().reset_index()
    furthest = means.iloc[int((means["value"] - means["to"]).abs().argmax())]
    off = abs(furthest["value"] - furthest["to"])
    every = bool(((rows["value"] - rows["to"]).abs() <= claim.within + SLACK).all())
    verdict = verdict_of(off <= claim.within + SLACK, every, off <= 2 * claim.within + SLACK)
    layered = rows["layer"].notna().all()
    there = rows[rows["layer"] == furthest["layer"]] if layered else rows
    in_runs = "" if off > claim.within + SLACK else ", but not in every run"
    return Finding(
        verdict=verdict,
        text=f"{number(furthest['value'])}, to be near {number(furthest['to'])}",
        sd=float(there.groupby("run")["value"].mean().std()),
        runs=int(rows["run"].nunique()),
        where=f"layer {int(furthest['layer'])}, the furthest off" if layered else "",
        remark="" if verdict == REPRODUCED else f"{number(off)} off, margin {number(claim.within)}{in_runs}",
    )


def _beside_target(claim: Equal, readings: pd.DataFrame) -> pd.DataFrame:
    """The readings with what each is to be near to, in the column `to`."""
    rows = matching(readings, claim.of.given())
    rows = at_depth(rows, claim.depth) if rows["layer"].notna().all() else rows
    single(rows, ["layer"])
    if isinstance(claim.to, float):
        return rows.assign(to=claim.to)
    targets = per_run(matching(readings, claim.of.given() | claim.to.given()), "value")
    both = rows.merge(targets.rename(columns={"value": "to"}), on=["model", "run"])
    if both.empty:
        raise NoReadings("what it is to be near to was measured in other runs")
    return both


def at_least(claim: AtLeast, readings: pd.DataFrame, names: Names) -> Finding:
    """Its way: in more than half of the answers."""
    runs = per_run(at_depth(matching(readings, claim.of.given()), claim.depth), "best")["value"]
    reached = runs.mean() >= claim.value - SLACK
    verdict = verdict_of(reached, bool((runs >= claim.value - SLACK).all()), runs.mean() > HALF)
    remark = f"less than {number(claim.value)}" + (" in a run" if reached else "")
    return Finding(
        verdict=verdict,
        text=number(runs.mean()),
        sd=float(runs.std()),
        runs=len(runs),
        where="best layer",
        remark="" if verdict == REPRODUCED else remark,
    )
