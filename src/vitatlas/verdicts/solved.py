"""The presupposition of claims that their models solve what they were trained for: at chance, they carry none."""

from __future__ import annotations

from typing import Any

from vitatlas.verdicts.claim_schema import Trend
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.schema import Solved
from vitatlas.verdicts.select import NoReadings
from vitatlas.verdicts.selections import Selection
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.stand_ins import Resolved
from vitatlas.verdicts.taken import take


def unsolved(mapped: Resolved, ours: Readings, spec: VerdictSpec, solved: Solved | None) -> str | None:
    """The reason why a model is not as the claim presupposes; None: all are, or it presupposes nothing, or it is a
    trend, which leaves such models out."""
    if solved is None or not mapped.claim.solved or isinstance(mapped.claim, Trend):
        return None
    reasons = (_reason(mapped, model, ours, spec, solved) for model in _presupposed(mapped))
    return next(filter(None, reasons), None)


def solving(mapped: Resolved, ours: Readings, spec: VerdictSpec, solved: Solved | None) -> tuple[Any, str]:
    """The claim; a trend that presupposes it, of the models that solve it, and words on those that were left out."""
    claim = mapped.claim
    if solved is None or not claim.solved or not isinstance(claim, Trend):
        return claim, ""
    out = [model for model in claim.models if _reason(mapped, model, ours, spec, solved)]
    kept = [model for model in claim.models if model not in out]
    words = f"at chance, and left out: {', '.join(map(spec.title, out))}" if out else ""
    return claim.model_copy(update={"models": kept}), words


def _presupposed(mapped: Resolved) -> list[str]:
    """The models that must solve it: those that the claim says, or all of its own."""
    own = mapped.claim.solved
    named = own.given().get("model") if isinstance(own, Selection) else None
    if named is None:
        return list(dict.fromkeys(mapped.ours))
    return named if isinstance(named, list) else [named]


def _reason(mapped: Resolved, model: str, ours: Readings, spec: VerdictSpec, solved: Solved) -> str | None:
    """Why a model does not solve it; None: it does."""
    own = mapped.claim.solved
    changes = own.given() if isinstance(own, Selection) else {}
    keys = {key: mapped.claim.of.given().get(key) for key in solved.keys}
    wanted = solved.of.given() | keys | changes | {"model": model}
    words = spec.in_words({key: wanted[key] for key in solved.keys}) | {"model": spec.title(model)}
    try:
        reached = take(ours.curves(wanted)[model], "value").mean
    except NoReadings:
        return solved.unmeasured.format(**words)
    return solved.otherwise.format(**words, value=f"{reached:.2f}") if reached < solved.at_least else None
