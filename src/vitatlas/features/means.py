"""Means of what figures and tables show, with their intervals, and whether two of them lie as a statement has it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd

FIRST, LAST = "first", "last"
"""The ends of a network."""

Row = dict[str, Any]


class Mean(NamedTuple):
    """A mean and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def minus(self, other: Mean) -> Mean:
        """The difference, of two that are independent."""
        value = self.value - other.value
        below = math.hypot(self.value - self.low, other.high - other.value)
        return Mean(value, value - below, value + math.hypot(self.high - self.value, other.value - other.low))

    @property
    def words(self) -> str:
        """The mean and, where it has one, the interval, as text; a dash for what was not measured."""
        if math.isnan(self.value):
            return "–"
        if self.low == self.high:
            return f"{self.value:.3g}"
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


def mean_of(values: pd.DataFrame, end: str | None = None, **where: Any) -> Mean:
    """The mean of `value` over rows, which are taken for independent (layers have units of their own); NaN where there
    are none, as of networks that a measure makes no sense of.

    Args:
        values: The numbers that a figure or table shows, with columns low and high, or half_width.
        end: `FIRST` or `LAST`: the rows of each network's first or last layer alone.
        where: The rows meant, as columns and their values.
    """
    rows = values[(values[list(where)] == pd.Series(where)).all(axis="columns")]
    if end:
        layers = rows.groupby("title")["layer"]
        rows = rows[rows["layer"] == layers.transform("min" if end == FIRST else "max")]
    if "half_width" in rows:
        rows = rows.assign(low=rows["value"] - rows["half_width"], high=rows["value"] + rows["half_width"])
    if rows.empty:
        return exactly(math.nan)
    value = float(rows["value"].mean())
    below, above = (math.hypot(*(rows[name] - rows["value"])) / len(rows) for name in ("low", "high"))
    return Mean(value, value - below, value + above)


def exactly(value: float) -> Mean:
    """A number without an interval."""
    return Mean(value, value, value)


def order(statement: str, larger: Mean, smaller: Mean) -> Row:
    """One statement, what should be larger, what it is compared with, and whether it is so: it cannot be told where the
    interval of the difference holds 0. Intervals are over units or pictures of one training of each network, so that
    "yes" is no verdict."""
    difference = larger.minus(smaller)
    if math.isnan(difference.value):
        said = "not measured"
    elif difference.low > 0:
        said = "yes"
    else:
        said = "no" if difference.high < 0 else "cannot be told"
    return {"statement": statement, "should be larger": larger.words, "than": smaller.words, "is it": said}
