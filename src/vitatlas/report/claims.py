"""Verdicts and invariants, as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.report.texts import read_rows
from vitatlas.verdicts.words import NOT_ATTEMPTED, VERDICTS


@dataclass(frozen=True)
class Claim:
    """One line of `verdicts/<paper>.csv`: what the paper says, what we found, and the verdict. All text.

    Attributes:
        about: `claim`, `number` (or a curve of them), or `unknown`: a number that nobody knows.
    """

    id: str
    artifact: str
    statement: str
    kind: str
    model: str
    ours_model: str
    task: str
    setting: str
    where: str
    published: str
    tolerance: str
    ours: str
    sd: str
    seeds: str
    place: str
    verdict: str
    reason: str
    confidence: str
    source: str
    about: str

    @property
    def artifacts(self) -> list[str]:
        """Where it is shown: any number of figures and tables."""
        return [name for name in self.artifact.split(", ") if name]

    @property
    def slug(self) -> str:
        """The verdict as the name of a class."""
        return self.verdict.replace(" ", "-")

    @property
    def judged(self) -> bool:
        """Whether there is a verdict on it."""
        return self.verdict != NOT_ATTEMPTED


@dataclass(frozen=True)
class Invariant:
    """One line of `verdicts/<paper>_invariants.csv`: what must be true of the tables, and whether it is. All text."""

    name: str
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


def read_claims(path: Path) -> list[Claim]:
    """All claims of a paper.

    Raises:
        UserError: A column is missing, or a verdict is none of `VERDICTS`.
    """
    names = [field.name for field in fields(Claim)]
    found = [Claim(**{name: row[name] for name in names}) for row in read_rows(path, names)]
    strange = {claim.verdict for claim in found}.difference(VERDICTS)
    if strange:
        raise UserError(f"unknown verdict '{min(strange)}'", where=path, remedy=f"there are: {', '.join(VERDICTS)}")
    return found


def read_invariants(path: Path) -> list[Invariant]:
    """All invariants that were checked.

    Raises:
        UserError: A column is missing.
    """
    names = [field.name for field in fields(Invariant)]
    return [Invariant(**{name: row[name] for name in names}) for row in read_rows(path, names)]


def counts(claims: Sequence[Claim], about: str) -> dict[str, int]:
    """How many lines about this there are of each verdict, in the order of `VERDICTS`."""
    verdicts = [claim.verdict for claim in claims if claim.about == about]
    return {verdict: verdicts.count(verdict) for verdict in VERDICTS}


def reasons(claims: Sequence[Claim]) -> dict[str, int]:
    """Why claims were not attempted, and how many of them for each reason, the most frequent first."""
    given = [claim.reason for claim in claims if not claim.judged]
    return {reason: given.count(reason) for reason in sorted(set(given), key=lambda text: (-given.count(text), text))}
