"""Claims that nothing happens: judged only where something does happen beside them.

Readings that nothing works in are equal to chance everywhere. That they are so here tells something only if the same
model and method show the effect elsewhere; where, the claim says under `beside`.
"""

from __future__ import annotations

from typing import Any

from vitatlas.verdicts.claim_schema import Equal, Peak
from vitatlas.verdicts.levels import target_of
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.orders import pair_of
from vitatlas.verdicts.places import peak
from vitatlas.verdicts.selections import Beside
from vitatlas.verdicts.taken import constant, take
from vitatlas.verdicts.words import HOLDS, ONE_RUN, number


def nothing_beside(claim: Any, readings: Readings) -> str | None:
    """The reason why the claim says nothing: the effect that it denies is not there where it should be. None: it is, or
    the claim does not say that nothing happens.

    Raises:
        NoReadings: It was not measured.
    """
    if isinstance(claim, Equal):
        return next(filter(None, (_no_effect(claim, place, readings) for place in claim.beside)), None)
    if isinstance(claim, Peak) and claim.beside is not None:
        return _no_order(claim, readings)
    return None


def _no_effect(claim: Equal, beside: Beside, readings: Readings) -> str | None:
    for model, curve in readings.curves(claim.of.given() | beside.given()).items():
        best = take(curve.within(beside.depth) if curve.layered else curve, "best")
        to = target_of(claim, readings, model, best) if beside.above is None else constant(beside.above, best)
        if pair_of(best, to, beside.by).verdict not in (HOLDS, ONE_RUN):
            return (
                f"{model} shows no effect where there should be one ({number(best.mean)} against {number(to.mean)}): "
                "that there is none here says nothing"
            )
    return None


def _no_order(claim: Peak, readings: Readings) -> str | None:
    assert claim.beside is not None
    changes = {"of": type(claim.of)(**claim.of.given() | claim.beside.given()), "denied": False}
    found = peak(claim.model_copy(update=changes), readings, str)
    if found.verdict in (HOLDS, ONE_RUN):
        return None
    return f"the order is not there where it should be ({found.text}): that it is not here says nothing"
