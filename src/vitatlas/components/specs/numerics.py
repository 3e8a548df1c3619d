"""The builder of the spec of the rule that looks at the decomposition's numerics."""

from __future__ import annotations

from typing import Any

from vitatlas.components.numerics.spec import NumericsSpec
from vitatlas.components.settings import ComponentsSettings
from vitatlas.paper.specs import builder

PART = "test"


@builder(gpu=True)
def numerics(of: ComponentsSettings, wildcards: Any) -> NumericsSpec:
    """The spec of rule `numerics`."""
    settings = of.own.numerics
    return NumericsSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures({PART: of.own.pictures[PART]}, settings.batch),
        exact=settings.exact,
        compared=settings.compared,
        rounds=settings.rounds,
        start=of.own.decomposition.start.get(wildcards.model),
        policy=of.own.decomposition.policy,
        seed=of.seed("numerics"),
        compute=of.config.compute_of("numerics"),
    )
