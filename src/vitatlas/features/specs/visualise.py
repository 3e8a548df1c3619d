"""Builders of the specs of rules that visualise features."""

from __future__ import annotations

from typing import Any

from vitatlas.features.settings import FeaturesSettings
from vitatlas.features.specs.scores import SCORED
from vitatlas.features.visualise.spec import SpectrumSpec, VisualiseSpec
from vitatlas.paper.specs import builder


@builder(gpu=True)
def visualise(of: FeaturesSettings, wildcards: Any) -> VisualiseSpec:
    """The spec of rule `visualise`."""
    return VisualiseSpec(
        encoder=of.encoder(wildcards),
        sets=of.some_sets_of(wildcards.group, wildcards.model),
        together=of.own.together,
        part=SCORED,
        seed=of.seed("visualise"),
        compute=of.config.compute_of("visualise"),
    )


@builder(gpu=True)
def spectrum(of: FeaturesSettings, wildcards: Any) -> SpectrumSpec:
    """The spec of rule `spectrum`."""
    return SpectrumSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.part(SCORED), of.own.scores.batch),
        compute=of.config.compute_of("spectrum"),
    )
