"""The finding of readings on a claim.

The rule is the same for all kinds of claims:

- holds: the means do what is claimed, and the interval over runs and images leaves no other answer; of one run, or of
  layers whose weights all runs share, the verdict is `one run` instead;
- partly: it surely goes that way, but not as far, or in part only; each kind says what that is;
- scattered: the means go that way, and the interval leaves open whether it is so;
- fails: anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vitatlas.verdicts.words import HOLDS, ONE_RUN, Verdict

Names = Callable[[str], str]
"""A function from a model's name to its title."""

RESOLUTION = 0.02
"""The difference that counts as one, where a claim has no margin of its own: what is surely smaller is not there."""


@dataclass(frozen=True)
class Finding:
    """The finding of readings on a claim.

    Attributes:
        text: The readings in short: "0.99 > 0.93".
        sd: Standard deviation over runs of what decides; NaN for one run or where there is none.
        runs: Runs per model, the fewest; one where all share the weights.
        where: Which layer decides, or what the readings are of.
        remark: Why the verdict is not better, or what else to know; may be empty.
    """

    verdict: Verdict
    text: str
    sd: float = float("nan")
    runs: int = 1
    where: str = ""
    remark: str = ""


def held(runs: int) -> Verdict:
    """The verdict on what holds in so many runs."""
    return HOLDS if runs > 1 else ONE_RUN
