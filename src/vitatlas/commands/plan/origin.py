"""Numbers that know where they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A number and where it comes from."""

    number: float
    origin: str
