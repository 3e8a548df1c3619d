"""The responses of some units, one row per unit and attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from vitatlas.features.selectivity.attributes import Attribute
from vitatlas.features.selectivity.groups import centred, entropy, eta_squared
from vitatlas.features.selectivity.invariant import Found, selectivity
from vitatlas.features.selectivity.order import Order

NUMBERS = 2**20
"""Scores that are sorted at a time, so that memory grows neither with pictures nor with units."""


def in_blocks(scores: np.ndarray) -> Iterator[slice]:
    """Columns of scores [N, U], so many at a time that they fit into memory with all that is made of them."""
    step = max(1, NUMBERS // len(scores))
    return (slice(first, min(first + step, scores.shape[1])) for first in range(0, scores.shape[1], step))


class Measures:
    """Measures of units on pictures with known attributes.

    Args:
        scores: float [N, U], of a block of units.
        two_signs: Which units may respond by falling, bool [U].
        fewest: Pictures that a stratum needs on both sides.
        top: How many top pictures' values are counted.
    """

    def __init__(self, scores: np.ndarray, two_signs: np.ndarray, fewest: int, top: int):
        self.order, self.centred = Order(scores), centred(scores)
        self._two_signs, self._fewest = two_signs, fewest
        self._top = self.order.top(top)

    def of(self, attributes: Sequence[Attribute]) -> Mapping[str, Mapping[str, np.ndarray]]:
        """By attribute, columns [U] of one number per unit.

        `best` is the number of the value told best, `auc` how well: the larger of AUC and 1 - AUC for units with two
        signs, the AUC for others; `signed` its AUC. `c` is the least AUC over `strata` for that value and direction;
        `c_largest` the largest over all values (`c_largest_of`) and directions. `eta2` is the share of variance between
        values, `entropy` that of the values of the top pictures, in bits. Missing (NaN): `c` without a stratum that
        counts, `eta2` of a unit that is silent.
        """
        found = selectivity(self.order, attributes, self._fewest)
        return {a.name: self._columns(a, found[a.name]) for a in attributes}

    def tables(self, attributes: Sequence[Attribute]) -> Mapping[str, pd.DataFrame]:
        """The same as tables with one row per unit, and values as words."""
        words = {a.name: np.array(a.values, dtype=object) for a in attributes}
        tables = {name: pd.DataFrame(columns) for name, columns in self.of(attributes).items()}
        for name, table in tables.items():
            table["best"] = words[name][table["best"]]
            table["c_largest_of"] = np.where(table["c_largest"].notna(), words[name][table["c_largest_of"]], "")
        return tables

    def _columns(self, a: Attribute, found: Found) -> dict[str, np.ndarray]:
        reached = np.where(self._two_signs, np.maximum(found.auc, 1 - found.auc), found.auc)
        best, units = reached.argmax(0), np.arange(reached.shape[1])
        signed = found.auc[best, units]
        falls = self._two_signs & (signed < 0.5)
        largest = np.where(self._two_signs, np.fmax(found.least, 1 - found.most), found.least)
        of = np.where(np.isnan(largest), -np.inf, largest).argmax(0)
        return {
            "best": best,
            "auc": reached[best, units],
            "signed": signed,
            "c": np.where(falls, 1 - found.most[best, units], found.least[best, units]),
            "strata": found.strata[best],
            "c_largest": largest[of, units],
            "c_largest_of": of,
            "eta2": eta_squared(self.centred, a.codes, len(a.values)),
            "entropy": entropy(a.codes[self._top], len(a.values)),
        }
