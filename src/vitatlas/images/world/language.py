"""The words of the picture world: how captions and prompts call what is to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vitatlas.images.world.attributes import CATEGORIES, COLORS, COLUMNS, KINDS, LOCATIONS, PATTERNS, ROWS, SIZES

PLURALS: Mapping[str, str] = MappingProxyType(
    {name: name + "s" for name in (*CATEGORIES, *KINDS)} | {"fish": "fish", "butterfly": "butterflies"}
)
WHERE: Mapping[str, str] = MappingProxyType(
    {
        "sky": "in the sky",
        "sea": "on the sea",
        "pond": "on a pond",
        "meadow": "on a meadow",
        "forest": "in a forest",
        "desert": "in a desert",
        "city": "in a city",
        "night": "at night",
    }
)
"""The words for each location."""

_SMALL_WORDS = ("a", "an", "three", "picture", "of", "in", "on", "at", "the")
WORDS = tuple(
    dict.fromkeys(
        (
            *_SMALL_WORDS,
            *SIZES,
            *COLORS,
            *PATTERNS,
            *PLURALS,
            *PLURALS.values(),
            *LOCATIONS,
            *ROWS,
            *COLUMNS,
        )
    )
)
"""All words that captions and prompts have, each once."""


def with_article(words: str) -> str:
    """The words after `a` or `an`."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def phrase(noun: str, said: Mapping[str, str] = MappingProxyType({}), *, many: bool = False) -> str:
    """The words for what is to be seen, in the order of English: `a small red striped bird on a meadow top left`.

    Args:
        noun: A category, or `animal` or `thing`.
        said: The values of other attributes, by attribute; row and column both or neither.
        many: Whether there are three.
    """
    before = [said[name] for name in ("size", "color", "pattern") if name in said]
    words = " ".join([*before, PLURALS[noun] if many else noun])
    after = [WHERE[said["location"]]] if "location" in said else []
    after += [said[name] for name in ("row", "column") if name in said]
    return " ".join([f"three {words}" if many else with_article(words), *after])
