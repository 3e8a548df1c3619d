"""All invariants of the paper, in the order in which they are reported."""

from __future__ import annotations

from vitatlas.invariants.invariant import Invariant
from vitatlas.relations.invariants import (
    attention,
    behaviour,
    counterfactuals,
    interventions,
    photoreal,
    pretraining,
    scenes,
)
from vitatlas.relations.invariants.finished import Finished

INVARIANTS: tuple[Invariant[Finished], ...] = (
    *scenes.INVARIANTS,
    *pretraining.INVARIANTS,
    *counterfactuals.INVARIANTS,
    *photoreal.INVARIANTS,
    *behaviour.INVARIANTS,
    *attention.INVARIANTS,
    *interventions.INVARIANTS,
)
