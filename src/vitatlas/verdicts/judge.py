"""The table of verdicts: every claim, every published number or curve, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from vitatlas.verdicts.judge_claims import claim_rows
from vitatlas.verdicts.judge_numbers import number_rows
from vitatlas.verdicts.published import Published
from vitatlas.verdicts.readings import of_published
from vitatlas.verdicts.schema import Unknown
from vitatlas.verdicts.spec import VerdictSpec
from vitatlas.verdicts.words import NOT_ATTEMPTED

COLUMNS = [
    *("id", "artifact", "statement", "kind", "model", "ours_model", "task", "setting", "where", "published"),
    *("tolerance", "ours", "sd", "seeds", "place", "verdict", "reason", "confidence", "source", "scale", "about"),
]
CLAIM, NUMBER, UNKNOWN = "claim", "number", "unknown"
"""What a row is about."""


def judge(published: Published, ours: pd.DataFrame, spec: VerdictSpec) -> pd.DataFrame:
    """One row per claim, number (a curve is one) and unknown.

    Args:
        published: Of the paper.
        ours: Our readings, as `readings.collect` gives them.

    Returns:
        Columns `COLUMNS`. For numbers, `published` and `ours` (mean over seeds) are numbers, of a curve those of the
        layer that is furthest off; `place` is their difference in our standard deviations. For claims, both are short
        texts. Missing where nothing was measured or known.

    Raises:
        UserError: A claim does not say clearly which readings are meant.
    """
    table = published.table()
    parts = {
        CLAIM: claim_rows(published.claims, ours, of_published(table), spec),
        NUMBER: number_rows(table, ours, spec),
        UNKNOWN: _unknown(published.unknown),
    }
    rows = [row | {"about": about, "scale": spec.scale} for about, part in parts.items() for row in part]
    return pd.DataFrame(rows, columns=COLUMNS)


def _unknown(unknown: list[Unknown]) -> Iterator[dict[str, Any]]:
    for place, entry in enumerate(unknown, 1):
        yield {
            **{"id": f"unknown/{place:02d}", "statement": entry.what, "kind": UNKNOWN, "verdict": NOT_ATTEMPTED},
            **{"artifact": ", ".join(entry.artifacts) or None, "reason": f"not known: {entry.reason}"},
        }
