"""Names that were probably meant, of those that there are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

FEW = 16
"""Up to so many names are listed in full."""

_LISTED, _SUGGESTED = 5, 3
_LIKE = 0.6


def listed(name: str, names: Iterable[str]) -> str:
    """The names that there are, in words: all of a few, of many those most like `name`."""
    names = sorted(names)
    if len(names) <= FEW:
        return f"there are: {', '.join(names)}" if names else "there are none"
    like = sorted(names, key=lambda other: -_likeness(_parts(name), _parts(other)))
    like = list(dict.fromkeys([*nearest(name, names), *like]))[:_LISTED]
    return f"there are {len(names)}, among them: {', '.join(sorted(like))}"


def suggestion(name: str, names: Iterable[str]) -> str | None:
    """The question whether one of the nearest names was meant; None where none is near."""
    near = [f"'{other}'" for other in nearest(name, names)]
    words = " or ".join([", ".join(near[:-1]), near[-1]] if len(near) > 1 else near)
    return f"did you mean {words}?" if near else None


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """The nearest names, at most three; none where none is near.

    The same words and numbers, however they are joined, come before all else, be it behind further words: `figure_2` is
    `relations_figure_02`. Then comes what has the same numbers: letters are mistyped more often than numbers.
    """
    asked, names = _parts(name), sorted(names)
    if same := [other for other in names if asked and _parts(other)[-len(asked) :] == asked]:
        return same[:_SUGGESTED]
    scores = {other: _likeness(asked, _parts(other)) for other in names}
    near = [other for other in names if scores[other] > _LIKE]
    numbered = [other for other in near if _numbers(_parts(other)) == _numbers(asked)] or near
    best = max((scores[other] for other in numbered), default=0)
    first = [other for other in numbered if scores[other] == best]
    whole = [other for other in first if _ratio(asked, _parts(other)) == best]
    return (whole or first)[:_SUGGESTED]


def _parts(name: str) -> list[str | int]:
    """The words and numbers of a name."""
    found = re.findall(r"[^\W\d_]+|\d+", name.casefold())
    return [int(part) if part.isdecimal() else part for part in found]


def _numbers(parts: list[str | int]) -> list[int]:
    return [part for part in parts if isinstance(part, int)]


def _likeness(asked: list[str | int], other: list[str | int]) -> float:
    """How alike names are, from 0 to 1, in full or without what the other has in front."""
    return max(_ratio(asked, other), _ratio(asked, other[-len(asked) :]))


def _ratio(one: list[str | int], other: list[str | int]) -> float:
    return difflib.SequenceMatcher(None, " ".join(map(str, one)), " ".join(map(str, other))).ratio()
