"""Rows of the table of verdicts for claims: judged on every tier, with its models in place of the paper's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from vitatlas.verdicts.checks import check
from vitatlas.verdicts.claim_schema import TREND_MODELS, Trend
from vitatlas.verdicts.finding import Finding
from vitatlas.verdicts.schema import Solved
from vitatlas.verdicts.select import NoReadings, matching
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.stand_ins import Resolved, resolved
from vitatlas.verdicts.words import NOT_ATTEMPTED


def claim_rows(
    claims: list[Any], ours: pd.DataFrame, known: pd.DataFrame, spec: VerdictSpec, solved: Solved | None
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
        reason = _not_judged(claim, mapped, judged, spec) or _unsolved(claim, mapped, ours, spec, solved)
        if reason is not None:
            yield row | {"verdict": NOT_ATTEMPTED, "reason": reason}
            continue
        try:
            finding = check(mapped.claim, ours, spec.title)
        except NoReadings as error:
            yield row | {"verdict": NOT_ATTEMPTED, "reason": spec.no_table(claim.artifact, str(error))}
            continue
        judged[mapped.signature] = claim.id
        yield row | _found(finding)


def _about(claim: Any, mapped: Resolved, spec: VerdictSpec) -> dict[str, Any]:
    given = claim.of.given()
    return {
        **{"id": claim.id, "artifact": claim.artifact, "statement": claim.statement.format(**_words(given, spec))},
        **{"kind": claim.kind, **spec.cells(given)},
        **{"model": ", ".join(mapped.models), "ours_model": ", ".join(dict.fromkeys(mapped.ours))},
        **{"confidence": claim.confidence, "source": claim.source},
    }


def _words(given: dict[str, Any], spec: VerdictSpec) -> dict[str, Any]:
    """The values of a claim's keys as statements name them."""
    words = {key: value if isinstance(value, list) else spec.word(value) for key, value in given.items()}
    return words | ({"model": spec.title(given["model"])} if isinstance(given.get("model"), str) else {})


def _in_the_paper(claim: Any, known: pd.DataFrame, spec: VerdictSpec) -> str | None:
    """The finding of the published numbers, in short; None where they are not known."""
    try:
        return check(claim, known, spec.title).text
    except NoReadings:
        return None


def _not_judged(claim: Any, mapped: Resolved, judged: dict[str, str], spec: VerdictSpec) -> str | None:
    """The reason why the claim is not judged, whatever was measured; None: it is."""
    if claim.contradicted:
        return f"the paper's own numbers contradict it here: {claim.contradicted}"
    if mapped.both_sides:
        return f"{spec.title(mapped.both_sides)} stands for models on both sides"
    if isinstance(mapped.claim, Trend) and len(mapped.claim.models) < TREND_MODELS:
        return f"the tier has {len(mapped.claim.models)} models for it; a trend needs {TREND_MODELS}"
    if mapped.signature in judged:
        return f"with these models the same as {judged[mapped.signature]}"
    return spec.small() if claim.kind == "at_least" and spec.scale != "paper" else None


def _unsolved(claim: Any, mapped: Resolved, ours: pd.DataFrame, spec: VerdictSpec, solved: Solved | None) -> str | None:
    """The reason why a model is not as the claim presupposes; None: all are, or it presupposes nothing."""
    if solved is None or not claim.solved:
        return None
    given = {key: claim.of.given()[key] for key in solved.keys}
    for model in dict.fromkeys(mapped.ours):
        words = _words(given, spec) | {"model": spec.title(model)}
        try:
            reached = matching(ours, solved.of.given() | given | {"model": model})["value"].mean()
        except NoReadings:
            return spec.no_table(claim.artifact, solved.unmeasured.format(**words))
        if reached < solved.at_least:
            return solved.otherwise.format(**words, value=f"{reached:.2f}")
    return None


def _found(finding: Finding) -> dict[str, Any]:
    about = {"ours": finding.text, "sd": finding.sd, "runs": finding.runs, "where": finding.where or None}
    runs = "one run" if finding.runs == 1 else ""
    reason = "; ".join(filter(None, [finding.remark, runs]))
    return about | {"verdict": finding.verdict, "reason": reason or None}
