"""Selectivity with invariance: the least AUC over strata of the other attributes (for section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitatlas.features.selectivity.attributes import Attribute
from vitatlas.features.selectivity.groups import auc, sums
from vitatlas.features.selectivity.order import Order


@dataclass(frozen=True)
class Found:
    """How well units tell each value of one attribute from the others.

    Attributes:
        auc: Over all pictures [V, U].
        least, most: Over strata that count [V, U]; NaN where none does.
        strata: How many count, int64 [V].
    """

    auc: np.ndarray
    least: np.ndarray
    most: np.ndarray
    strata: np.ndarray

    def narrowed(self, within: np.ndarray, counts: np.ndarray) -> Found:
        """The same with more strata.

        Args:
            within: AUC in strata [W, V, U].
            counts: Which of them count [W, V].
        """
        masked = np.where(counts[..., None], within, np.nan)
        least, most = np.fmin(self.least, _over(np.fmin, masked)), np.fmax(self.most, _over(np.fmax, masked))
        return Found(self.auc, least, most, self.strata + counts.sum(0))


def selectivity(order: Order, attributes: Sequence[Attribute], fewest: int) -> dict[str, Found]:
    """The AUC of each value of each attribute, over all pictures and in strata.

    A stratum of a value v is the pictures with one value w of another attribute. Where the other attribute divides
    values of this one (category divides kind), it is the pictures of one form w of v and all that are not v: a unit
    that is selective for animals has to tell each animal from things. Where this one divides the other, no stratum
    is taken. A stratum counts if `fewest` pictures are on both sides.
    """
    ranks = order.ranks()
    found = {a.name: _overall(ranks, a) for a in attributes}
    for other in attributes:
        divided = [a for a in attributes if a is not other and other.divides(a)]
        crossed = [a for a in attributes if a is not other and a not in divided and not a.divides(other)]
        if crossed:
            ranks = order.ranks(other.codes)
            for a in crossed:
                found[a.name] = found[a.name].narrowed(*_within(ranks, a, other, fewest))
        for a in divided:
            found[a.name] = found[a.name].narrowed(*_forms(order, a, other, fewest))
    return found


def _overall(ranks: np.ndarray, a: Attribute) -> Found:
    inside = a.counts
    overall = auc(sums(ranks, a.codes, len(a.values)), inside, inside.sum() - inside)
    missing = np.full(overall.shape, np.nan)
    return Found(overall, missing, missing, np.zeros(len(a.values), dtype=np.int64))


def _within(ranks: np.ndarray, a: Attribute, other: Attribute, fewest: int) -> tuple[np.ndarray, np.ndarray]:
    """AUC of the values of `a` within those of `other` [W, V, U], and which count [W, V]."""
    shape = (len(other.values), len(a.values))
    cell = other.codes * shape[1] + a.codes
    inside = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    outside = inside.sum(1, keepdims=True) - inside
    found = auc(sums(ranks, cell, inside.size).reshape(*shape, -1), inside, outside)
    return found, (inside >= fewest) & (outside >= fewest)


def _forms(order: Order, a: Attribute, forms: Attribute, fewest: int) -> tuple[np.ndarray, np.ndarray]:
    """AUC of each form of each value of `a` against what is not that value [W, V, U], and which count [W, V]."""
    inside = forms.counts
    found, counts = [], []
    for value in range(len(a.values)):
        others = a.codes != value
        outside = int(others.sum())
        lower = sums(order.below(others), forms.codes, len(inside)) / inside[:, None]
        found.append(lower / max(outside, 1))
        own = np.bincount(forms.codes[~others], minlength=len(inside)) > 0
        counts.append(own & (inside >= fewest) & (outside >= fewest))
    return np.stack(found, 1), np.stack(counts, 1)


def _over(function: np.ufunc, masked: np.ndarray) -> np.ndarray:
    found: np.ndarray = function.reduce(masked, axis=0)
    return found
