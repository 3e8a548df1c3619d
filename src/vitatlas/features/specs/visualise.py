"""Builders of the specs of rules that visualise features, and that follow the pictures through the network."""

from __future__ import annotations

from typing import Any

from vitatlas.features.path_similarity.spec import PathSimilaritySpec
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


@builder(gpu=True)
def path_similarity(of: FeaturesSettings, wildcards: Any) -> PathSimilaritySpec:
    """The spec of rule `path_similarity`: as many top pictures and samples as `quality` takes."""
    return PathSimilaritySpec(
        encoder=of.encoder(wildcards),
        part=SCORED,
        batch=of.own.scores.batch,
        top=of.own.quality.top,
        draws=of.own.quality.draws,
        seed=of.seed("path_similarity"),
        compute=of.config.compute_of("path_similarity"),
    )
