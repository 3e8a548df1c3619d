"""The share of the variance between categories that lies between the words above them: animals and things."""

from __future__ import annotations

import numpy as np

from vitatlas.features.selectivity.attributes import Attribute
from vitatlas.features.selectivity.groups import between, shares, sums


def groups_of(forms: Attribute, words: Attribute) -> np.ndarray:
    """Which word each form goes with: int64 [forms]."""
    found = np.empty(len(forms.values), dtype=np.int64)
    found[forms.codes] = words.codes
    return found


def groupings(groups: np.ndarray, count: int, seed: int) -> np.ndarray:
    """The grouping itself, then `count` shuffled ones with groups of the same sizes: int64 [1 + count, forms]."""
    rng = np.random.default_rng(seed)
    return np.stack([groups, *(rng.permutation(groups) for _ in range(count))])


def between_words(centred: np.ndarray, forms: Attribute, groupings: np.ndarray) -> np.ndarray:
    """The share for each grouping and unit, [groupings, U]; NaN where categories do not differ.

    With F forms in G groups of equal size, (G - 1) / (F - 1) by chance.

    Args:
        centred: Scores less their means [N, U].
        forms: The finer attribute.
        groupings: int64 [groupings, F].
    """
    of_forms, counts = sums(centred, forms.codes, len(forms.values)), forms.counts
    whole = between(of_forms, counts)
    found = []
    for groups in groupings:
        number = int(groups.max()) + 1
        pictures = np.bincount(groups, weights=counts, minlength=number)
        found.append(shares(between(sums(of_forms, groups, number), pictures), whole))
    return np.stack(found)
