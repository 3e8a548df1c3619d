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
        """The difference, its interval as wide as both together."""
        return Mean(self.value - other.value, self.low - other.high, self.high - other.low)

    @property
    def words(self) -> str:
        """The mean and, where it has one, the interval, as text; a dash for what was not measured."""
        if math.isnan(self.value):
            return "–"
        if self.low == self.high:
            return f"{self.value:.3g}"
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"


def mean_of(values: pd.DataFrame, end: str | None = None, **where: Any) -> Mean:
    """The mean of `value` over rows, with the means of their bounds; NaN where there are no rows, as of networks that a
    measure makes no sense of.

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
    return Mean(*(float(rows[name].mean()) for name in Mean._fields))


def exactly(value: float) -> Mean:
    """A number without an interval."""
    return Mean(value, value, value)


def order(statement: str, larger: Mean, smaller: Mean) -> Row:
    """One statement, what should be larger, what it is compared with, and whether it is so: it cannot be told where the
    intervals overlap. They are over units or pictures of one training of each network, so that "yes" is no verdict."""
    if math.isnan(larger.value - smaller.value):
        said = "not measured"
    elif larger.low > smaller.high:
        said = "yes"
    else:
        said = "no" if larger.high < smaller.low else "cannot be told"
    return {"statement": statement, "should be larger": larger.words, "than": smaller.words, "is it": said}
