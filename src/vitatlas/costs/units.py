"""Amounts in the unit that suits them."""

from __future__ import annotations


def hours(value: float) -> str:
    """Hours with two digits, or four places where they are few."""
    return f"{value:.4f}" if value < 0.01 else f"{value:.2g}" if value < 100 else f"{value:,.0f}"


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"


def size(count: float) -> str:
    """Bytes in the decimal unit that suits them."""
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= length:
            return f"{count / length:.3g} {unit}"
    return f"{count:.0f} B"
