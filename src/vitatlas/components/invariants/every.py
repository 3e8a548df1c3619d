"""All invariants of the paper, in the order in which they are reported."""

from __future__ import annotations

from vitatlas.components.invariants import scores, uses
from vitatlas.invariants.invariant import Invariant
from vitatlas.invariants.tables import Finished

INVARIANTS: tuple[Invariant[Finished], ...] = (*uses.INVARIANTS, *scores.INVARIANTS)
