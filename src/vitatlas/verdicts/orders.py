"""Claims of order: whether each step's readings are greater than the next step's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

from vitatlas.verdicts.claim_schema import Order
from vitatlas.verdicts.differences import Difference, between
from vitatlas.verdicts.finding import RESOLUTION, Finding, Names, held
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.selections import Side
from vitatlas.verdicts.taken import SLACK, Taken, take
from vitatlas.verdicts.words import FAILS, PARTLY, SCATTERED, Verdict, number, worst

Step = dict[str, Taken]
"""Of each model, a number per run."""


@dataclass(frozen=True)
class Pair:
    """One comparison: a model's readings in one step with a model's in the next.

    Attributes:
        by: How much greater the claim says that the first is.
    """

    upper: Taken
    lower: Taken
    difference: Difference
    by: float

    @property
    def verdict(self) -> Verdict:
        """Its way: surely greater, and by half of what the claim says. Too scattered to tell: greater, and by what the
        claim says as far as the interval goes."""
        mean, low = self.difference.mean, self.difference.low - self.upper.flattered
        if low > SLACK and mean >= self.by - SLACK:
            return held(self.difference.runs)
        if low > SLACK and mean >= self.by / 2 - SLACK:
            return PARTLY
        may_be = self.difference.high >= max(self.by, RESOLUTION)
        return SCATTERED if mean > SLACK and may_be else FAILS

    def in_words(self, names: Names | None) -> str:
        """The fault of a pair that does not hold."""
        who = ["", ""] if names is None else [f"{names(side.model)} " for side in (self.upper, self.lower)]
        shown = f"{who[0]}{number(self.upper.mean)} and {who[1]}{number(self.lower.mean)}"
        if self.difference.mean <= SLACK:
            return f"{shown} are {'equal' if self.difference.mean >= -SLACK else 'not in this order'}"
        if self.difference.low - self.upper.flattered <= SLACK:
            return f"{shown} differ no more than runs and images do (± {number(self.difference.half_width)})"
        return f"{shown} are not {number(self.by)} apart"


def order(claim: Order, readings: Readings, names: Names) -> Finding:
    """The finding; the pair that does worst decides, and the tightest one gives the spread."""
    steps = [_step(claim, step, readings) for step in claim.steps]
    pairs = [
        pair_of(upper, lower, claim.by)
        for above, below in pairwise(steps)
        for upper, lower in product(above.values(), below.values())
    ]
    several = len({model for step in steps for model in step}) > 1
    named = names if several else None
    verdicts = [pair.verdict for pair in pairs]
    return Finding(
        verdict=worst(verdicts),
        text=_chain(steps, named),
        sd=min(pairs, key=lambda pair: pair.difference.mean).difference.sd,
        runs=min(pair.difference.runs for pair in pairs),
        where={"best": _best_layers(steps), "mean": "means over layers"}.get(claim.take, ""),
        remark="; ".join(pair.in_words(named) for pair in pairs if pair.verdict != held(pair.difference.runs)),
    )


def pair_of(upper: Taken, lower: Taken, by: float) -> Pair:
    """The comparison of two sides."""
    return Pair(upper, lower, between(upper, lower), by)


def _step(claim: Order, step: Side, readings: Readings) -> Step:
    curves = readings.curves(claim.of.given() | step.given())
    depth = step.depth
    return {model: take(curve if depth is None else curve.within(depth), claim.take) for model, curve in curves.items()}


def _best_layers(steps: list[Step]) -> str:
    """Where only one layer was measured, it is no best one."""
    layers = {taken.layer for step in steps for taken in step.values()}
    (layer,) = layers if len(layers) == 1 else (None,)
    return "best layers" if layer is None else f"layer {layer}, the only one measured"


def _chain(steps: list[Step], names: Names | None) -> str:
    """The means of the steps, joined by the relation that holds between neighbours (≯: not greater)."""
    text = _means(steps[0], names)
    for before, step in pairwise(steps):
        above = min(side.mean for side in before.values()) > max(side.mean for side in step.values()) + SLACK
        text += (" > " if above else " ≯ ") + _means(step, names)
    return text


def _means(step: Step, names: Names | None) -> str:
    shown = {model: number(side.mean) for model, side in step.items()}
    return ", ".join(value if names is None else f"{names(model)} {value}" for model, value in shown.items())
