"""Builders of the specs of rules that score units on pictures, and of what is told from scores alone."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import require_known
from vitatlas.encoders.seen.scenes_spec import ScenesSpec
from vitatlas.features.selectivity.spec import SelectivitySpec
from vitatlas.features.settings import NAME, FeaturesSettings
from vitatlas.features.top.spec import UnitScoresSpec
from vitatlas.paper.specs import builder

SCORED = "scored"
ONE_SIGN = ["mlp.act", "conv.out"]
"""Sites behind a non-linearity, at which only large activations count."""


@builder()
def feature_scenes(of: FeaturesSettings, wildcards: Any) -> ScenesSpec:
    """The spec of rule `feature_scenes`.

    Raises:
        UserError: There is no such part, or the user brings it.
    """
    name, scenes = wildcards.part, of.scenes_in()
    require_known(name, scenes, "part with scenes", f"key '{NAME}.pictures'")
    return ScenesSpec(part=name, source=scenes[name], seed=of.seed("pictures"), side=int(wildcards.side))


@builder(gpu=True)
def unit_scores(of: FeaturesSettings, wildcards: Any) -> UnitScoresSpec:
    """The spec of rule `unit_scores`."""
    settings = of.own.scores
    return UnitScoresSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.part(SCORED), settings.batch),
        sites=settings.sites_of(wildcards.model),
        kept=settings.kept,
        compute=of.config.compute_of("unit_scores"),
    )


@builder()
def selectivity(of: FeaturesSettings, wildcards: Any) -> SelectivitySpec:
    """The spec of rule `selectivity`."""
    return SelectivitySpec(
        name=wildcards.model,
        run=int(wildcards.run),
        part=SCORED,
        one_sign=ONE_SIGN,
        settings=of.own.selectivity,
        seed=of.seed("selectivity"),
    )
