"""Numbers and tables of documents as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

NOTHING = "–"


def share(value: float, sd: float = math.nan) -> str:
    """A share and its standard deviation, with two decimals: ".96 ± .01"; a dash for a missing one."""
    return _spread(_short(value), "" if math.isnan(sd) else _short(sd)) if math.isfinite(value) else NOTHING


def percent(value: float, sd: float = math.nan) -> str:
    """A share and its standard deviation in per cent, with one decimal: "96.1 ± 0.4"; a dash for a missing one."""
    return _spread(_percent(value), "" if math.isnan(sd) else _percent(sd)) if math.isfinite(value) else NOTHING


def table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """A table.

    Args:
        texts: How many columns, from the left, are text; the others are set to the right.
    """
    rule = ["---"] * texts + ["---:"] * (len(head) - texts)
    return "\n".join(f"|{'|'.join(rule)}|" if row is rule else f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def numbers_in_words(numbers: Sequence[int]) -> str:
    """The different ones: "2", "2 or 3"."""
    return " or ".join(map(str, sorted(set(numbers))))


def _spread(value: str, sd: str) -> str:
    return f"{value} ± {sd}" if sd else value


def _percent(share: float) -> str:
    """Rounded as the exact decimal is: 100 × .8895 is a little less than 88.95 in a computer."""
    return f"{round(100 * share, 6):.1f}"


def _short(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value < 1 else f"{value:.2f}"
