"""What an invariant is: a statement, and how far each value is from fulfilling it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vitatlas.invariants.finished import Finished

PAPER = "Lepori et al."
Deviations = Callable[[Finished], Iterable[float]]


@dataclass(frozen=True)
class Invariant:
    """Something that must hold of a tier's tables.

    Attributes:
        name: What identifies it.
        statement: One sentence, for readers.
        source: Where it is said, or what it follows from.
        tables: Kinds of tables that it is about: folders below the tier's `analysis`, `scenes`, `counterfactuals`.
        bound: The largest deviation at which it holds.
        deviations: From the tables to one number per value, example or table looked at, 0 where it is exactly
            fulfilled; none where there is nothing to look at.
    """

    name: str
    statement: str
    source: str
    tables: tuple[str, ...]
    bound: float
    deviations: Deviations


@dataclass(frozen=True)
class Verdict:
    """Whether an invariant held.

    Attributes:
        worst: The largest deviation.
        rows: How many were looked at.
    """

    invariant: Invariant
    worst: float
    rows: int

    @property
    def held(self) -> bool:
        """Whether no deviation is beyond the bound; one that is no number (a missing value) is."""
        return self.worst <= self.invariant.bound


def invariant(
    name: str, statement: str, *, source: str, tables: tuple[str, ...], bound: float = 0
) -> Callable[[Deviations], Invariant]:
    """Make an invariant of the function below: attributes as of `Invariant`."""

    def made(deviations: Deviations) -> Invariant:
        return Invariant(name, statement, source, tables, bound, deviations)

    return made


def check(invariant: Invariant, finished: Finished) -> Verdict | None:
    """The verdict on an invariant; None where the tables hold nothing that it is about."""
    found = [float(value) for value in invariant.deviations(finished)]
    if not found:
        return None
    worst = float("nan") if any(value != value for value in found) else max(found)
    return Verdict(invariant, worst, len(found))
