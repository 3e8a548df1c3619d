"""Differences of readings, with an interval over runs and images.

The half-width of the 95 % interval has two parts, added in quadrature: over runs, that of Student's t (standard error
of the mean over runs, with one degree of freedom less than runs); over images, 1.96 standard errors of a share of so
many images. All runs see the same images, so that the second part does not shrink with their number. Of two models the
variances over runs add, with the degrees of freedom of the one that has fewer runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vitatlas.statistics.students_t import quantile
from vitatlas.verdicts.select import NoReadings
from vitatlas.verdicts.taken import Taken

ABOVE = 0.975
"""The share of a distribution below the upper end of its central 95 %."""


@dataclass(frozen=True)
class Difference:
    """A difference of means.

    Attributes:
        sd: Standard deviation over runs; NaN for one run.
        over_runs: Standard error over runs; 0 for one run.
        freedom: Its degrees of freedom.
        over_images: Standard error over images.
        runs: How many runs it rests on; one where all share the weights.
    """

    mean: float
    sd: float
    over_runs: float
    freedom: int
    over_images: float
    runs: int

    @property
    def of_images(self) -> float:
        """The half-width over images alone."""
        return quantile(ABOVE, math.inf) * self.over_images

    @property
    def half_width(self) -> float:
        """Of the 95 % interval."""
        of_runs = quantile(ABOVE, self.freedom) * self.over_runs if self.freedom else 0.0
        return math.hypot(of_runs, self.of_images)

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.mean + self.half_width


def between(upper: Taken, lower: Taken) -> Difference:
    """The first minus the second: run by run of one model, of the means of two.

    Raises:
        NoReadings: The same model was measured in other runs.
    """
    if upper.model == lower.model:
        return _paired(upper, lower)
    sides = (upper, lower)
    variances = [float(side.value.var(ddof=1)) if len(side.runs) > 1 else 0.0 for side in sides]
    fewest = min(1 if side.copied else len(side.runs) for side in sides)
    return Difference(
        mean=upper.mean - lower.mean,
        sd=math.sqrt(sum(variances)) if max(len(side.runs) for side in sides) > 1 else math.nan,
        over_runs=math.sqrt(sum(v / len(side.runs) for v, side in zip(variances, sides, strict=True))),
        freedom=_freedom(sides),
        over_images=_over_images(upper, lower),
        runs=fewest,
    )


def _freedom(sides: tuple[Taken, Taken]) -> int:
    """One less than the fewest runs, of sides that have several; one run tells nothing of the spread."""
    return min((len(side.runs) - 1 for side in sides if len(side.runs) > 1), default=0)


def _paired(upper: Taken, lower: Taken) -> Difference:
    runs = [run for run in upper.runs if run in lower.runs]
    if not runs:
        raise NoReadings(f"both sides were measured in other runs of {upper.model}")
    first, second = (side.value[[side.runs.index(run) for run in runs]] for side in (upper, lower))
    differences = first - second
    sd = float(differences.std(ddof=1)) if len(runs) > 1 else math.nan
    return Difference(
        mean=float(differences.mean()),
        sd=sd,
        over_runs=sd / math.sqrt(len(runs)) if len(runs) > 1 else 0.0,
        freedom=len(runs) - 1,
        over_images=_over_images(upper, lower),
        runs=1 if upper.copied or lower.copied else len(runs),
    )


def _over_images(upper: Taken, lower: Taken) -> float:
    return math.sqrt(float((upper.error**2).mean() + (lower.error**2).mean()))
