"""Rows of the table of verdicts for claims: judged on every tier, with its models in place of the paper's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vitatlas.verdicts.beside import nothing_beside
from vitatlas.verdicts.checks import check
from vitatlas.verdicts.claim_schema import TREND_MODELS, Trend, margin_of
from vitatlas.verdicts.finding import Finding
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.schema import Solved
from vitatlas.verdicts.select import NoReadings
from vitatlas.verdicts.solved import solving, unsolved
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.stand_ins import Resolved, resolved
from vitatlas.verdicts.words import NOT_ATTEMPTED


def claim_rows(
    claims: list[Any], ours: Readings, known: Readings, spec: VerdictSpec, solved: Solved | None
) -> Iterator[dict[str, Any]]:
    """One row per claim.

    Args:
        claims: Single ones, with the paper's models.
        ours: Our readings.
        known: The published numbers as readings: what they say stands beside ours.
        spec: The job's.
        solved: The presupposition of claims about models that solve something: `solved` of the paper's file.
    """
    judged: dict[str, str] = {}
    for claim in claims:
        mapped = resolved(claim, spec.stand_ins)
        row = _about(claim, mapped, spec) | {"published": _in_the_paper(claim, known, spec)}
        reason = not_judged(claim, mapped, judged, spec)
        try:
            found = {"verdict": NOT_ATTEMPTED, "reason": reason} if reason else _judged(mapped, ours, spec, solved)
        except NoReadings as error:
            found = {"verdict": NOT_ATTEMPTED, "reason": spec.no_table(claim.artifact, str(error))}
        if found["verdict"] != NOT_ATTEMPTED:
            judged[mapped.signature] = claim.id
        yield row | found


def not_judged(claim: Any, mapped: Resolved, judged: dict[str, str], spec: VerdictSpec) -> str | None:
    """The reason why a claim is not judged, whatever was measured; None: it is.

    Args:
        judged: By what claims say, the id of the one that was judged before.
    """
    if claim.contradicted:
        return f"the paper's own numbers contradict it here: {claim.contradicted}"
    if mapped.both_sides:
        return f"{spec.title(mapped.both_sides)} stands for models on both sides"
    if isinstance(mapped.claim, Trend) and len(mapped.claim.models) < TREND_MODELS:
        return f"the tier has {len(mapped.claim.models)} models for it; a trend needs {TREND_MODELS}"
    if mapped.signature in judged:
        return f"with these models the same as {judged[mapped.signature]}"
    return spec.small() if claim.kind == "at_least" and spec.scale != "paper" else None


def _judged(mapped: Resolved, ours: Readings, spec: VerdictSpec, solved: Solved | None) -> dict[str, Any]:
    """The finding, or why there is none, as cells of the row.

    Raises:
        NoReadings: Something was not measured.
    """
    claim, left_out = solving(mapped, ours, spec, solved)
    reason = unsolved(mapped, ours, spec, solved) or nothing_beside(claim, ours)
    if reason:
        return {"verdict": NOT_ATTEMPTED, "reason": reason}
    return _found(check(claim, ours, spec.title), left_out)


def _about(claim: Any, mapped: Resolved, spec: VerdictSpec) -> dict[str, Any]:
    given = claim.of.given()
    return {
        **{"id": claim.id, "artifact": claim.artifact, "statement": claim.statement.format(**spec.in_words(given))},
        **{"kind": claim.kind, **spec.cells(given)},
        **{"model": ", ".join(mapped.models), "ours_model": ", ".join(dict.fromkeys(mapped.ours))},
        **{"tolerance": margin_of(claim), "confidence": claim.confidence, "source": claim.source},
    }


def _in_the_paper(claim: Any, known: Readings, spec: VerdictSpec) -> str | None:
    """The finding of the published numbers, in short; None where they are not known."""
    of = type(claim.of)(**claim.of.given() | claim.published.given())
    try:
        return check(claim.model_copy(update={"of": of}), known, spec.title).text
    except NoReadings:
        return None


def _found(finding: Finding, left_out: str) -> dict[str, Any]:
    about = {"ours": finding.text, "sd": finding.sd, "runs": finding.runs, "where": finding.where or None}
    runs = "one run" if finding.runs == 1 else ""
    reason = "; ".join(filter(None, [finding.remark, left_out, runs]))
    return about | {"verdict": finding.verdict, "reason": reason or None}
