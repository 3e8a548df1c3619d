"""Invariants: a statement each, and how far values are from fulfilling it. What tables look like, the paper knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
"""The finished tables, in the type that a paper gives them."""


@dataclass(frozen=True)
class Invariant(Generic[T]):
    """Something that must hold of a tier's tables.

    Attributes:
        name: Its short name, unlike all others of the paper.
        statement: One sentence, for readers.
        source: Where it is said, or what it follows from.
        tables: Kinds of tables that it is about.
        bound: The largest deviation at which it holds.
        deviations: From the tables to one number per value, example or table looked at, 0 where it is exactly
            fulfilled; none where there is nothing to look at.
    """

    name: str
    statement: str
    source: str
    tables: tuple[str, ...]
    bound: float
    deviations: Callable[[T], Iterable[float]]


@dataclass(frozen=True)
class Checked:
    """An invariant, and whether it held.

    Attributes:
        worst: The largest deviation.
        rows: How many deviations there were.
    """

    invariant: Invariant[Any]
    worst: float
    rows: int

    @property
    def held(self) -> bool:
        """Whether no deviation is beyond the bound; one that is no number (a missing value) is."""
        return self.worst <= self.invariant.bound


def invariant(
    name: str, statement: str, *, source: str, tables: tuple[str, ...], bound: float = 0
) -> Callable[[Callable[[T], Iterable[float]]], Invariant[T]]:
    """Make an invariant of the function below: attributes as of `Invariant`."""

    def made(deviations: Callable[[T], Iterable[float]]) -> Invariant[T]:
        return Invariant(name, statement, source, tables, bound, deviations)

    return made


def check(invariant: Invariant[T], finished: T) -> Checked | None:
    """The invariant with its worst deviation; None where the tables hold nothing that it is about."""
    found = [float(value) for value in invariant.deviations(finished)]
    if not found:
        return None
    worst = float("nan") if any(value != value for value in found) else max(found)
    return Checked(invariant, worst, len(found))
