"""The number of claims and numbers with each verdict, in words: for the badge, the Markdown table and pages."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from vitatlas.verdicts.judge import CLAIM, NUMBER
from vitatlas.verdicts.words import HOLDS, NOT_ATTEMPTED, ONE_RUN, RANKED, Scale, Verdict, words


def counts(rows: pd.DataFrame) -> dict[Verdict, int]:
    """The number of rows with each verdict, from the best on; only those that occur."""
    found = Counter(rows["verdict"])
    return {verdict: found[verdict] for verdict in RANKED if found[verdict]}


def in_words(rows: pd.DataFrame, scale: Scale) -> str:
    """ "21 reproduced, 3 direction only, 7 not attempted"."""
    called = words(scale)
    return ", ".join(f"{number} {called[verdict]}" for verdict, number in counts(rows).items())


def badge_text(table: pd.DataFrame, scale: Scale) -> str:
    """The text of the badge: "claims: 6 of 9 seen in miniature, 2 more in one run (test run)"; of numbers too, where
    any were compared."""
    parts = []
    for about in (CLAIM, NUMBER):
        judged = table[(table["about"] == about) & (table["verdict"] != NOT_ATTEMPTED)]
        if about == CLAIM or len(judged):
            good, once = (int((judged["verdict"] == verdict).sum()) for verdict in (HOLDS, ONE_RUN))
            more = f", {once} more in one run" if once else ""
            parts.append(f"{about}s: {good} of {len(judged)} {words(scale)[HOLDS]}{more}")
    return "; ".join(parts) + (" (test run)" if scale == "test run" else "")


def share_reproduced(table: pd.DataFrame) -> float:
    """The share of the judged claims that hold, in several runs or in the only one; 0 where none was judged."""
    judged = table[(table["about"] == CLAIM) & (table["verdict"] != NOT_ATTEMPTED)]
    return float(judged["verdict"].isin([HOLDS, ONE_RUN]).mean()) if len(judged) else 0.0
