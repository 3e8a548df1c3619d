"""The table of verdicts: every claim, every published number or curve, and every number that is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from vitatlas.verdicts.judge_claims import claim_rows
from vitatlas.verdicts.judge_numbers import number_rows
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.published import Published
from vitatlas.verdicts.schema import Unknown
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.words import NOT_ATTEMPTED, words

BEFORE = ("id", "artifact", "statement", "kind", "model", "ours_model")
AFTER = (
    *("where", "published", "tolerance", "ours", "sd", "runs", "place", "verdict", "reason", "by_chance"),
    *("confidence", "source", "scale", "about"),
)
"""Columns of the table of verdicts, before and after those of the keys that are shown."""

CLAIM, NUMBER, UNKNOWN = "claim", "number", "unknown"
"""The things that a row may be about."""


def judge(
    published: Published,
    known: pd.DataFrame,
    ours: pd.DataFrame,
    spec: VerdictSpec,
    by_chance: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """One row per claim, number (a curve is one) and unknown.

    Args:
        published: Of the paper.
        known: The published numbers as readings, with those that follow from them.
        ours: Our readings, as `collect` gives them.
        spec: The job's.
        by_chance: By claim, how often tables that hold nothing pass it.

    Returns:
        Columns `BEFORE`, the keys that are shown (text), `AFTER`. For numbers, `published` and `ours` (mean over runs)
        are numbers, of a curve those of the layer that is furthest off; `place` is their difference in our standard
        deviations. For claims, both are short texts. Missing where nothing was measured or known. `verdict` is one of
        the engine's (`worded` says what readers see).

    Raises:
        UserError: A claim does not say clearly which readings are meant.
    """
    content = published.content
    parts = {
        CLAIM: claim_rows(published.claims, Readings(ours), Readings(known), spec, content.solved),
        NUMBER: number_rows(published.table(), ours, spec, content),
        UNKNOWN: _unknown(published.unknown),
    }
    rows = [row | {"about": about, "scale": spec.scale} for about, part in parts.items() for row in part]
    table = pd.DataFrame(rows, columns=[*BEFORE, *spec.shown, *AFTER])
    return table.assign(by_chance=table["id"].map(by_chance or {}).astype(float))


def worded(table: pd.DataFrame, spec: VerdictSpec) -> pd.DataFrame:
    """The table with verdicts as they are called where models of this scale are measured."""
    return table.assign(verdict=table["verdict"].map(words(spec.scale)))


def _unknown(unknown: list[Unknown]) -> Iterator[dict[str, Any]]:
    for place, entry in enumerate(unknown, 1):
        yield {
            **{"id": f"unknown/{place:02d}", "statement": entry.what, "kind": UNKNOWN, "verdict": NOT_ATTEMPTED},
            **{"artifact": ", ".join(entry.artifacts) or None, "reason": f"not known: {entry.reason}"},
        }
