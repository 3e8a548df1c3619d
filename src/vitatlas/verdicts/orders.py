"""Claims of order: whether each step's readings are greater than the next step's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pandas as pd

from vitatlas.verdicts.claim_schema import Order, Side
from vitatlas.verdicts.finding import SLACK, Finding, Names
from vitatlas.verdicts.select import at_depth, matching, per_run
from vitatlas.verdicts.words import DIRECTION, NOT_REPRODUCED, REPRODUCED, Verdict, number, worst

Step = dict[str, pd.Series]
"""Of each model, the values of its runs; the index is the run."""


@dataclass(frozen=True)
class Pair:
    """One comparison: a model's readings in one step with a model's in the next.

    Attributes:
        mean: Difference of the means.
        spread: Standard deviation over runs of the difference; NaN for one run.
        every: True if the first is greater in every run, or pair of runs.
        by: How much greater the claim says that it is.
    """

    models: tuple[str, str]
    values: tuple[float, float]
    mean: float
    spread: float
    every: bool
    by: float

    @property
    def apart(self) -> bool:
        """True if the means differ by more than the spread."""
        return self.mean > max(float(np.nan_to_num(self.spread)), SLACK)

    @property
    def verdict(self) -> Verdict:
        """Its way: apart by more than the spread, and by half of what the claim says."""
        if self.mean > SLACK and self.mean >= self.by - SLACK and self.every:
            return REPRODUCED
        return DIRECTION if self.apart and self.mean >= self.by / 2 - SLACK else NOT_REPRODUCED

    def in_words(self, names: Names | None) -> str:
        """The fault of a pair that is not reproduced."""
        who = ["", ""] if names is None else [f"{names(model)} " for model in self.models]
        shown = f"{who[0]}{number(self.values[0])} and {who[1]}{number(self.values[1])}"
        if self.mean <= SLACK:
            return f"{shown} are not in this order"
        if not self.apart:
            return f"{shown} differ no more than runs do"
        if self.mean < self.by - SLACK:
            return f"{shown} are not {number(self.by)} apart"
        return f"{shown} are not in this order in every run"


def order(claim: Order, readings: pd.DataFrame, names: Names) -> Finding:
    """The finding; the pair that does worst decides, and the tightest one gives the spread."""
    steps = [_step(claim, step, readings) for step in claim.steps]
    pairs = [
        _pair(upper, lower, claim.by)
        for above, below in pairwise(steps)
        for upper, lower in product(above.items(), below.items())
    ]
    several = len({model for step in steps for model in step}) > 1
    named = names if several else None
    return Finding(
        verdict=worst([pair.verdict for pair in pairs]),
        text=_chain(steps, named),
        sd=min(pairs, key=lambda pair: pair.mean).spread,
        runs=min(len(runs) for step in steps for runs in step.values()),
        where={"best": "best layers", "mean": "means over layers"}.get(claim.take, ""),
        remark="; ".join(pair.in_words(named) for pair in pairs if pair.verdict != REPRODUCED),
    )


def _step(claim: Order, step: Side, readings: pd.DataFrame) -> Step:
    rows = matching(readings, claim.of.given() | step.given())
    rows = rows if step.depth is None else at_depth(rows, step.depth)
    return {str(name): runs.set_index("run")["value"] for name, runs in per_run(rows, claim.take).groupby("model")}


def _pair(upper: tuple[str, pd.Series], lower: tuple[str, pd.Series], by: float) -> Pair:
    (first, above), (second, below) = upper, lower
    if first == second and set(above.index) == set(below.index):  # the same runs: run by run
        differences = (above - below).to_numpy(dtype=float)
        spread = float(np.std(differences, ddof=1)) if len(differences) > 1 else float("nan")
    else:
        differences = np.subtract.outer(above.to_numpy(dtype=float), below.to_numpy(dtype=float)).ravel()
        both = np.array([above.std(), below.std()])
        spread = float("nan") if np.isnan(both).all() else float(np.sqrt(np.nansum(both**2)))
    means = (float(above.mean()), float(below.mean()))
    return Pair((first, second), means, means[0] - means[1], spread, bool((differences > SLACK).all()), by)


def _chain(steps: list[Step], names: Names | None) -> str:
    """The means of the steps, joined by the relation that holds between neighbours (≯: not greater)."""
    text = _means(steps[0], names)
    for before, step in pairwise(steps):
        above = min(runs.mean() for runs in before.values()) > max(runs.mean() for runs in step.values()) + SLACK
        text += (" > " if above else " ≯ ") + _means(step, names)
    return text


def _means(step: Step, names: Names | None) -> str:
    shown = {model: number(runs.mean()) for model, runs in step.items()}
    return ", ".join(value if names is None else f"{names(model)} {value}" for model, value in shown.items())
