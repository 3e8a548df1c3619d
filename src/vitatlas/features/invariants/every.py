"""All invariants of the paper, in the order in which they are reported."""

from __future__ import annotations

from vitatlas.features.invariants import classified, maps, places, similarity, units, visualised
from vitatlas.invariants.invariant import Invariant
from vitatlas.invariants.tables import Finished

INVARIANTS: tuple[Invariant[Finished], ...] = (
    *(*units.INVARIANTS, *visualised.INVARIANTS, *similarity.INVARIANTS),
    *(*places.INVARIANTS, *maps.INVARIANTS, *classified.INVARIANTS),
)
