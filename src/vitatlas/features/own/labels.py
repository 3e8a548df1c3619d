"""The labels of units' top pictures, beside how often they would be alike by chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Label:
    """One label among the top pictures of a unit.

    Attributes:
        name: The class.
        count: Of the top pictures.
        share: Of the top pictures, from 0 to 1.
        of_all: Of all pictures, from 0 to 1: what is to be expected of pictures drawn at random.
    """

    name: str
    count: int
    share: float
    of_all: float


def labels_of(pictures: pd.DataFrame) -> dict[str, str]:
    """The label of each picture that has one, by its id.

    Args:
        pictures: One row per picture: picture, class_id; without the column no picture has a label.
    """
    if "class_id" not in pictures:
        return {}
    known = pictures.dropna(subset=["class_id"])
    return dict(zip(known["picture"], known["class_id"].astype(str), strict=True))


def labels_among(top: Sequence[str], known: dict[str, str], pictures: int) -> list[Label]:
    """The labels of some pictures, the most frequent first, of equal ones in order of their names.

    Args:
        top: The ids of the pictures.
        known: The label of each picture that has one.
        pictures: How many pictures there are in all.
    """
    counts, whole = Counter(known[picture] for picture in top if picture in known), Counter(known.values())
    ordered = sorted(counts.items(), key=lambda found: (-found[1], found[0]))
    return [Label(name, count, count / len(top), whole[name] / pictures) for name, count in ordered]


def alike_by_chance(known: dict[str, str], pictures: int, count: int) -> float:
    """How likely so many pictures, drawn at random without putting any back, all have one label."""
    sizes = Counter(known.values()).values()
    return sum(math.comb(size, count) for size in sizes) / math.comb(pictures, count)
