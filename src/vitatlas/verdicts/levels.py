"""Claims of level: whether readings are near something, or reach a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitatlas.verdicts.claim_schema import AtLeast, Equal
from vitatlas.verdicts.differences import Difference, between
from vitatlas.verdicts.finding import Finding, Names, held
from vitatlas.verdicts.measured import Curve, Readings
from vitatlas.verdicts.orders import pair_of
from vitatlas.verdicts.taken import SLACK, Taken, constant, take
from vitatlas.verdicts.words import FAILS, HOLDS, ONE_RUN, PARTLY, SCATTERED, Verdict, number, worst

HALF = 0.5
"""The level of chance of two answers."""
SPREAD = 1.0
"""The standard deviation over runs that a measurement may have, in tolerances or margins, to be held against one."""


@dataclass(frozen=True)
class Near:
    """One layer's readings, and what they are to be near to."""

    value: Taken
    target: Taken
    difference: Difference
    layer: int | None
    within: float

    @property
    def off(self) -> float:
        """The distance of the means."""
        return abs(self.difference.mean)

    @property
    def verdict(self) -> Verdict:
        """Its way: within twice the margin."""
        if self.off > self.within + SLACK:
            return PARTLY if self.off <= 2 * self.within + SLACK else FAILS
        spread = max(float(np.nan_to_num(self.difference.sd)) / SPREAD, self.difference.of_images)
        return SCATTERED if spread > self.within + SLACK else held(self.difference.runs)


def equal(claim: Equal, readings: Readings, names: Names) -> Finding:
    """It holds where the means are within the margin, and neither the standard deviation over runs nor the interval
    over images is wider than it. The layer that does worst decides, of several the one that is furthest off."""
    cells = _beside_target(claim, readings)
    verdict = worst([cell.verdict for cell in cells])
    shown = max((cell for cell in cells if cell.verdict == verdict), key=lambda cell: cell.off)
    return Finding(
        verdict=verdict,
        text=f"{number(shown.value.mean)}, to be near {number(shown.target.mean)}",
        sd=shown.difference.sd,
        runs=min(cell.difference.runs for cell in cells),
        where="" if shown.layer is None else f"layer {shown.layer}, the furthest off",
        remark=_beyond(shown) if verdict not in (HOLDS, ONE_RUN) else "",
    )


def _beyond(cell: Near) -> str:
    shown = f"{number(cell.off)} off, margin {number(cell.within)}"
    return f"{shown}; runs or images differ by more than that" if cell.verdict == SCATTERED else shown


def _beside_target(claim: Equal, readings: Readings) -> list[Near]:
    """One per model and layer."""
    found = []
    for model, curve in readings.curves(claim.of.given()).items():
        chosen = curve.within(claim.depth) if curve.layered else curve
        for place, layer in enumerate(chosen.layers):
            value = _at(chosen, place)
            target = target_of(claim, readings, model, value)
            found.append(Near(value, target, between(value, target), layer if curve.layered else None, claim.within))
    return found


def target_of(claim: Equal, readings: Readings, model: str, like: Taken) -> Taken:
    """The level that the readings of a model are to be near to."""
    if isinstance(claim.to, float):
        return constant(claim.to, like)
    return take(readings.curves(claim.of.given() | claim.to.given() | {"model": model})[model], "value")


def _at(curve: Curve, place: int) -> Taken:
    parts = (curve.value[:, place], curve.error[:, place])
    return Taken(curve.model, curve.runs, *parts, bool(curve.copied[place]))


def at_least(claim: AtLeast, readings: Readings, names: Names) -> Finding:
    """It holds where the best layer is surely above the value. Its way: surely in more than half of the answers."""
    ((_, curve),) = readings.curves(claim.of.given()).items()
    best = take(curve.within(claim.depth), "best")
    reached = pair_of(best, constant(claim.value, best), 0)
    above_half = pair_of(best, constant(HALF, best), 0).verdict in (HOLDS, ONE_RUN)
    verdict = PARTLY if reached.verdict == FAILS and above_half else reached.verdict
    return Finding(
        verdict=verdict,
        text=number(best.mean),
        sd=reached.difference.sd,
        runs=reached.difference.runs,
        where="best layer",
        remark=""
        if verdict in (HOLDS, ONE_RUN)
        else f"not surely {number(claim.value)} (± {number(reached.difference.half_width)})",
    )
