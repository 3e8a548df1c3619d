"""Builders of the specs of rules that put tables together, and judge and check them."""

from __future__ import annotations

from typing import Any

from vitatlas.features.quality.spec import QualitySpec
from vitatlas.features.settings import FeaturesSettings
from vitatlas.features.specs.scores import SCORED
from vitatlas.features.visualise.gathered_spec import GatheredSpec
from vitatlas.invariants.spec import CheckSpec
from vitatlas.jobs.gather_spec import GatherSpec
from vitatlas.paper.specs import Settings, builder

SIDE = 160
"""Pixels of a visualisation in figures, at most."""


@builder(gpu=True)
def quality(of: FeaturesSettings, wildcards: Any) -> QualitySpec:
    """The spec of rule `quality`."""
    settings = of.own.quality
    judge = settings.judge_of(wildcards.model)
    return QualitySpec(
        encoder=of.encoder_of(judge, of.runs_of(judge)[0]),
        pictures=of.pictures(of.part(SCORED), of.own.scores.batch),
        batch=of.own.scores.batch,
        top=settings.top,
        draws=settings.draws,
        seed=of.seed("quality"),
        compute=of.config.compute_of("quality"),
    )


@builder(image="figures")
def visualised_table(of: FeaturesSettings, wildcards: Any) -> GatheredSpec:
    """The spec of rule `visualised_table`."""
    return GatheredSpec(model=wildcards.model, side=SIDE)


@builder(image="figures")
def quality_table(of: FeaturesSettings, wildcards: Any) -> GatheredSpec:
    """The spec of rule `quality_table`."""
    return GatheredSpec(model=wildcards.model, side=SIDE)


@builder(image="figures")
def feature_table(of: FeaturesSettings, wildcards: Any) -> GatherSpec:
    """The spec of rule `feature_table`."""
    return GatherSpec(cell={"model": wildcards.model}, by="run")


@builder(image="figures")
def invariants(of: Settings, wildcards: Any) -> CheckSpec:
    """The spec of rule `invariants`."""
    return CheckSpec(paper=of.paper, tier=of.config.tier)
