"""Prompts: for each value of an attribute, sentences that say it and nothing else (zero-shot, Radford et al. 2021)."""

from __future__ import annotations

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import CATEGORIES, COLUMNS, KINDS, ROWS, VALUES
from vitatlas.images.world.language import phrase

_OF_THREE = ("color", "pattern", "location")
"""Attributes that three objects have as one has."""
ATTRIBUTES = (*VALUES, "kind")


def prompts(attribute: str) -> dict[str, list[str]]:
    """The prompts of each value of an attribute; those of all values say it in the same ways.

    Args:
        attribute: Of `VALUES`, or `kind`, whose values are animal and thing.

    Raises:
        UserError: There is no such attribute.
    """
    if attribute not in ATTRIBUTES:
        raise UserError(f"there are no prompts for {attribute!r}", remedy=f"take one of {', '.join(ATTRIBUTES)}")
    return {value: _sentences(attribute, value) for value in VALUES.get(attribute, KINDS)}


def _sentences(attribute: str, value: str) -> list[str]:
    if attribute in ("category", "kind"):
        return _alone_and_as_pictures([phrase(value), phrase(value, many=True)])
    if attribute == "count":
        return [phrase(noun, many=value == "many") for noun in (*KINDS, *CATEGORIES)]
    if attribute in ("row", "column"):
        other, values = ("column", COLUMNS) if attribute == "row" else ("row", ROWS)
        return [phrase(noun, {attribute: value, other: place}) for place in values for noun in KINDS]
    numbers = (False, True) if attribute in _OF_THREE else (False,)
    return _alone_and_as_pictures([phrase(noun, {attribute: value}, many=many) for noun in KINDS for many in numbers])


def _alone_and_as_pictures(sentences: list[str]) -> list[str]:
    return sentences + [f"a picture of {sentence}" for sentence in sentences]
