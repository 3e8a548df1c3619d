"""All that a page tells of a table of scores: words, components, and what readers must know first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vitatlas.statistics.correlation import NORMAL_95

BEST = 3
"""Components that are named for a word."""

FEW = 100
"""Pictures below which a page warns."""

CHANCE = 1 / 20
"""Share of components that are above their controls along a random direction."""

LITTLE = 0.9
"""Of the distance of one vector for all pictures; maps that are not nearer hardly know the pictures."""


@dataclass(frozen=True)
class Word:
    """A word.

    Attributes:
        best: Rows of the components with the highest scores, with name, score and control.
        above: Number of components above their controls.
        nearest: Number of pictures of which it is the nearest word.
    """

    name: str
    phrase: str
    best: list[dict[Any, Any]]
    above: int
    nearest: int


@dataclass(frozen=True)
class Part:
    """A component.

    Attributes:
        word: That of its highest score; empty for one that does not vary.
        above: Number of words above its control.
        labels: Words that describe it.
        explained: By these, of its variance.
    """

    name: str
    kind: str
    word: str
    score: float
    control: float
    above: int
    labels: list[str]
    explained: float


def words_of(table: pd.DataFrame, about: Mapping[str, Any]) -> list[Word]:
    """The words, in the order of the list."""
    found = []
    for name, rows in table.groupby("word", sort=False):
        above = rows[rows["score"] > rows["control"]].sort_values("score", ascending=False, kind="stable")
        best = above.head(BEST)[["name", "score", "control"]].to_dict("records")
        nearest = about["nearest"][name]
        found.append(Word(str(name), str(rows["phrase"].iloc[0]), best, len(above), nearest))
    return found


def parts_of(table: pd.DataFrame) -> list[Part]:
    """The components, in order."""
    return [_part(rows) for _, rows in table.groupby("component", sort=True)]


def _part(rows: pd.DataFrame) -> Part:
    varies = bool(rows["score"].notna().any())
    first = rows.sort_values("score", ascending=False, kind="stable").iloc[0]  # NaN is sorted to the end
    labels = rows[rows["label"] > 0].sort_values("label")
    return Part(
        name=first["name"],
        kind=first["kind"],
        word=first["word"] if varies else "",
        score=float(first["score"]),
        control=float(first["control"]),
        above=int((rows["score"] > rows["control"]).sum()),
        labels=labels["word"].tolist(),
        explained=float(labels["explained"].max()) if len(labels) else math.nan,
    )


def warnings_of(words: list[Word], components: int, about: Mapping[str, Any]) -> list[str]:
    """Whatever readers must know before they look at the numbers, in sentences.

    Args:
        words: As of `words_of`.
        components: How many there are.
        about: Of the table.
    """
    found = []
    if about["pictures"] < FEW:
        margin = NORMAL_95 / math.sqrt(about["pictures"] - 3)
        found.append(
            f"There are {about['pictures']} pictures, which are few: a correlation that is zero comes out anywhere "
            f"between −{margin:.2f} and {margin:.2f}."
        )
    if about["method"] and about["distance"] > LITTLE * about["constant"]:
        found.append(
            "On held-out pictures the maps into the space of the texts are hardly better than one vector for all "
            "pictures (see below): scores and heat-maps may be about something else than the words. More pictures help."
        )
    for one, other, cosine in about["close"]:
        found.append(
            f"The texts hardly separate “{one}” and “{other}” (cosine {cosine:.2f}): what is found for the one is "
            "found for the other."
        )
    if unseen := [f"“{word.name}”" for word in words if not word.nearest]:
        found.append(f"These are nearest to no picture, and may not be in the pictures: {', '.join(unseen)}.")
    if silent := [f"“{word.name}”" for word in words if word.above <= CHANCE * components]:
        found.append(
            f"No more components are above their controls for {', '.join(silent)} than for a random direction, where "
            f"one in twenty is."
        )
    if about["no_maps"]:
        found.append(f"There are no heat-maps: {about['no_maps']}.")
    return found
