"""All invariants, in the order in which they are reported."""

from __future__ import annotations

from vitatlas.invariants import attention, behaviour, counterfactuals, interventions, scenes
from vitatlas.invariants.invariant import Invariant

INVARIANTS: tuple[Invariant, ...] = (
    *scenes.INVARIANTS,
    *counterfactuals.INVARIANTS,
    *behaviour.INVARIANTS,
    *attention.INVARIANTS,
    *interventions.INVARIANTS,
)
