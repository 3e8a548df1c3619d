"""Builders of the specs of this paper's rules. Imports no torch."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import require_known
from vitatlas.invariants.spec import CheckSpec
from vitatlas.paper.specs import Settings, builder
from vitatlas.toy.spec import ToyResponsesSpec


@builder(gpu=True, size=("images",))
def toy_responses(of: Settings, wildcards: Any) -> ToyResponsesSpec:
    """The spec of rule `toy_responses`.

    Raises:
        UserError: The zoo has no such model.
    """
    require_known(wildcards.model, of.zoo.models, "model", "the requested target")
    return ToyResponsesSpec(
        name=wildcards.model,
        model=of.zoo.models[wildcards.model].backbone,
        layer=int(wildcards.layer),
        feature=wildcards.feature,
        side=of.section.side,
        images=of.section.images,
        seed=of.seed("toy_responses", wildcards.model),
        compute=of.config.compute_of("toy_responses"),
    )


@builder(image="figures")
def invariants(of: Settings, wildcards: Any) -> CheckSpec:
    """The spec of rule `invariants`."""
    return CheckSpec(paper=of.paper, tier=of.config.tier)
