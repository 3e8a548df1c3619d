"""The names in the tables of path similarity. Imports no torch."""

from __future__ import annotations

NATURAL, MADE, MADE_OTHERS, NATURAL_OTHERS = COMPARED = ("natural", "made", "made_others", "natural_others")
"""The comparisons, as quantities: a unit's top pictures with each other; the picture that was made for it with them,
and with those of other units of its layer; its top pictures with those of others."""

NORMALISED = "normalised"
"""The second of them on a scale on which the last is 0 and the first is 1."""

FIRST, SECOND = HALVES = ("first", "second")
"""The half of the layers that units are in."""


def half_of(layer: int, layers: int) -> str:
    """The half of a network's layers that a layer is in; the middle one of an odd number is in the first."""
    return FIRST if 2 * layer < layers else SECOND
