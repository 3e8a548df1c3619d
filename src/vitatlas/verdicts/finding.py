"""The finding of readings on a claim, and the rule by which it becomes a verdict.

The rule is the same for all kinds of claims. A claim is checked on the means over runs and on every run:

- reproduced: it holds for the means, and for every run (where models differ, for every pair of their runs);
- direction only: the means go its way, but not as far as it says, or not in every run; each kind says what its way is;
- not reproduced: anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vitatlas.verdicts.words import DIRECTION, NOT_REPRODUCED, REPRODUCED, Verdict

Names = Callable[[str], str]
"""A function from a model's name to its title."""

SLACK = 1e-9
"""Differences smaller than this are rounding of floats."""


@dataclass(frozen=True)
class Finding:
    """The finding of readings on a claim.

    Attributes:
        text: The readings in short: "0.99 > 0.93".
        sd: Standard deviation over runs of what decides; NaN for one run or where there is none.
        runs: Runs per model, the fewest.
        where: Which layer decides, or what the readings are of.
        remark: Why the verdict is not better, or what else to know; may be empty.
    """

    verdict: Verdict
    text: str
    sd: float = float("nan")
    runs: int = 1
    where: str = ""
    remark: str = ""


def verdict_of(mean_holds: bool, every_run: bool, goes_its_way: bool) -> Verdict:
    """The rule above."""
    if mean_holds and every_run:
        return REPRODUCED
    return DIRECTION if mean_holds or goes_its_way else NOT_REPRODUCED
