"""The number of claims and numbers with each verdict, in words: for the badge, the Markdown table and pages."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from vitatlas.verdicts.judge import CLAIM, NUMBER
from vitatlas.verdicts.spec import Scale
from vitatlas.verdicts.words import NOT_ATTEMPTED, REPRODUCED, VERDICTS, WITHIN


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """The number of rows with each verdict, from the best on; only those that occur."""
    found = Counter(rows["verdict"])
    return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


def in_words(rows: pd.DataFrame) -> str:
    """ "21 reproduced, 3 direction only, 7 not attempted"."""
    return ", ".join(f"{number} {verdict}" for verdict, number in counts(rows).items())


def badge_text(table: pd.DataFrame, scale: Scale) -> str:
    """The text of the badge: "claims: 6 of 9 reproduced (miniature)", and of numbers where any were compared."""
    parts = []
    for about, good, words in ((CLAIM, [REPRODUCED], "reproduced"), (NUMBER, [REPRODUCED, WITHIN], "within tolerance")):
        judged = table[(table["about"] == about) & (table["verdict"] != NOT_ATTEMPTED)]
        if about == CLAIM or len(judged):
            parts.append(f"{about}s: {int(judged['verdict'].isin(good).sum())} of {len(judged)} {words}")
    label = "" if scale == "paper" else f" ({scale})"
    return "; ".join(parts) + label


def share_reproduced(table: pd.DataFrame) -> float:
    """The share of the judged claims that were reproduced; 0 where none was judged."""
    judged = table[(table["about"] == CLAIM) & (table["verdict"] != NOT_ATTEMPTED)]
    return float((judged["verdict"] == REPRODUCED).mean()) if len(judged) else 0.0
