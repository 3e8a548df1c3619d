"""Builders of the specs of rules that check and judge this paper's tables."""

from __future__ import annotations

from typing import Any

from vitatlas.paper.specs import builder
from vitatlas.relations.config.models import geometry_of
from vitatlas.relations.invariants.spec import Expected, InvariantsSpec
from vitatlas.relations.settings import NAME, RelationsSettings


@builder(image="figures")
def invariants(of: RelationsSettings, wildcards: Any) -> InvariantsSpec:
    """The spec of rule `invariants`: the sizes that tables must have."""
    own = of.own
    used = of.shown_models
    expected = Expected(
        scenes=own.stimuli.sizes,
        counterfactuals=own.das.sizes,
        draws=own.das.draws,
        attention_images=own.attention.images_per_class,
        probe_images=own.probe.images_per_label,
        photoreal_images=own.photoreal.images,
        geometries={of.annex(model).geometry: geometry_of(of.zoo, model) for model in used},
        mean_readout=[name for name in used if of.annex(name).readout != "cls"],
    )
    return InvariantsSpec(paper=NAME, tier=of.config.tier, expected=expected)
