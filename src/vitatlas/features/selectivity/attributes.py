"""The attributes that are known of pictures, as codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import CATEGORIES, WATERBIRDS, kind

CATEGORY, KIND = "category", "kind"
LABELS = ("class_id", "label")
"""Columns that stand for the category of pictures that a user brings: the first that is there."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of some pictures.

    Attributes:
        name: What it is called.
        values: Its values that occur, two at least, sorted.
        codes: Which of them each picture has, int64 [N].
    """

    name: str
    values: tuple[str, ...]
    codes: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """Pictures of each value, int64 [V]."""
        return np.bincount(self.codes, minlength=len(self.values))

    def shuffled(self, order: np.ndarray) -> Attribute:
        """The same values, handed to other pictures: int64 [N], a permutation."""
        return replace(self, codes=self.codes[order])

    def divides(self, other: Attribute) -> bool:
        """Whether each of its values occurs with one value of the other only, as cat does with animal."""
        shape = (len(self.values), len(other.values))
        pairs = np.bincount(self.codes * shape[1] + other.codes, minlength=shape[0] * shape[1]).reshape(shape)
        return bool(((pairs > 0).sum(1) == 1).all())


def attributes_of(pictures: pd.DataFrame, wanted: Sequence[str]) -> list[Attribute]:
    """Those of the wanted attributes that are known of the pictures and differ between them, in the order wanted.

    Raises:
        UserError: There is none; or some pictures have an attribute and some do not.
    """
    known = _with_words_above(pictures)
    found = [_coded(known[name], name) for name in wanted if name in known and known[name].nunique() > 1]
    if not found:
        raise UserError(
            "nothing is known of the pictures that a feature could be selective for",
            where="input `pictures`",
            remedy=f"take scenes of the picture world, or pictures with labels of two classes (asked: "
            f"{', '.join(wanted)})",
        )
    return found


def _with_words_above(pictures: pd.DataFrame) -> pd.DataFrame:
    """The pictures with a category where they have labels, and with its kind where it is of the picture world."""
    known = pictures.copy()
    labels = [name for name in LABELS if name in known and known[name].notna().any() and not (known[name] == -1).all()]
    if CATEGORY not in known and labels:
        known[CATEGORY] = known[labels[0]]
    if CATEGORY in known and set(known[CATEGORY]) <= {*CATEGORIES, *WATERBIRDS}:
        known[KIND] = known[CATEGORY].map(kind)
    return known


def _coded(column: pd.Series, name: str) -> Attribute:
    if column.isna().any():
        raise UserError(
            f"{int(column.isna().sum())} of {len(column)} pictures have no attribute '{name}'",
            where="input `pictures`",
            remedy="take pictures that all have it, or none",
        )
    codes, values = pd.factorize(column, sort=True)
    return Attribute(name, tuple(map(str, values)), codes.astype(np.int64))
