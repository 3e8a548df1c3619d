"""Checking a claim of any kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vitatlas.verdicts.finding import Finding, Names
from vitatlas.verdicts.levels import at_least, equal
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.orders import order
from vitatlas.verdicts.places import peak
from vitatlas.verdicts.trends import trend

KINDS: dict[str, Callable[[Any, Readings, Names], Finding]] = {
    "order": order,
    "equal": equal,
    "at_least": at_least,
    "peak": peak,
    "trend": trend,
}


def check(claim: Any, readings: Readings, names: Names) -> Finding:
    """The finding of the readings on the claim.

    Args:
        claim: A single one, with the models that were measured in it.
        names: From a model's name to its title.

    Raises:
        NoReadings: Something that it is about was not measured.
        UserError: The claim does not say clearly which readings are meant.
    """
    return KINDS[claim.kind](claim, readings, names)
