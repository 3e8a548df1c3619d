"""Verdicts and invariants, as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.report.texts import read_rows
from vitatlas.verdicts.words import HOLDS, NOT_ATTEMPTED, SCALES, VERDICTS, words


@dataclass(frozen=True)
class Claim:
    """One line of `verdicts/<paper>.csv`: a statement of the paper, our finding, and the verdict. All text.

    Attributes:
        about: `claim`, `number` (or a curve of them), or `unknown`: a number that nobody knows.
        by_chance: The share of tables that hold nothing which pass it; empty where it was not tried.
        keys: The values of the paper's own columns, in its order.
    """

    artifact: str
    statement: str
    model: str
    ours_model: str
    where: str
    published: str
    tolerance: str
    ours: str
    sd: str
    runs: str
    place: str
    verdict: str
    reason: str
    by_chance: str
    about: str
    keys: list[str]

    @property
    def artifacts(self) -> list[str]:
        """The figures and tables that show it, any number."""
        return [name for name in self.artifact.split(", ") if name]

    @property
    def slug(self) -> str:
        """The verdict as the name of a class."""
        return self.verdict.replace(" ", "-")

    @property
    def judged(self) -> bool:
        """Whether there is a verdict on it."""
        return self.verdict != NOT_ATTEMPTED

    @property
    def good(self) -> bool:
        """Whether it is borne out: nothing else counts as that."""
        return self.verdict in GOOD


@dataclass(frozen=True)
class Invariant:
    """One line of `verdicts/<paper>_invariants.csv`: a statement about the tables, and whether it is true. All text."""

    statement: str
    source: str
    held: str
    worst: str
    bound: str
    rows: str
    tables: str

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.held.lower() == "true"


GOOD = frozenset(words(scale)[HOLDS] for scale in SCALES)
"""The words for the best verdict, on any scale."""

CLAIM = [field.name for field in fields(Claim) if field.name != "keys"]
"""The columns of verdicts that are shown of every paper."""

INVARIANT = [field.name for field in fields(Invariant)]
"""The columns of invariants that are shown."""


def read_claims(path: Path, keys: Sequence[str] = ()) -> list[Claim]:
    """All claims of a paper.

    Args:
        keys: The paper's own columns that are shown.

    Raises:
        UserError: A column is missing, or a verdict is none of `VERDICTS`: what they are called on any scale.
    """
    rows = read_rows(path, [*CLAIM, *keys])
    found = [Claim(**{name: row[name] for name in CLAIM}, keys=[row[key] for key in keys]) for row in rows]
    strange = {claim.verdict for claim in found}.difference(VERDICTS)
    if strange:
        raise UserError(f"unknown verdict '{min(strange)}'", where=path, remedy=f"there are: {', '.join(VERDICTS)}")
    return found


def read_invariants(path: Path) -> list[Invariant]:
    """All invariants that were checked.

    Raises:
        UserError: A column is missing.
    """
    return [Invariant(**{name: row[name] for name in INVARIANT}) for row in read_rows(path, INVARIANT)]


def counts(claims: Sequence[Claim], about: str) -> dict[str, int]:
    """The number of lines about this for each verdict, in the order of `VERDICTS`; 0 for those of other scales."""
    verdicts = [claim.verdict for claim in claims if claim.about == about]
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS}


def reasons(claims: Sequence[Claim]) -> dict[str, int]:
    """The reasons why claims were not attempted, with the number of claims for each, the most frequent first."""
    given = [claim.reason for claim in claims if not claim.judged]
    return {reason: given.count(reason) for reason in sorted(set(given), key=lambda text: (-given.count(text), text))}
