"""Builders of the specs of rules that make maps over the tokens of pictures."""

from __future__ import annotations

from typing import Any

from vitatlas.components.heatmaps.spec import HeatmapsSpec
from vitatlas.components.segmentation.spec import SegmentationSpec
from vitatlas.components.settings import ComponentsSettings
from vitatlas.components.specs.store import CLASS
from vitatlas.images.world.attributes import VALUES
from vitatlas.paper.specs import builder

MEASURED = "test"
"""The part of the pictures that nothing was chosen on."""


@builder(gpu=True)
def heatmaps(of: ComponentsSettings, wildcards: Any) -> HeatmapsSpec:
    """The spec of rule `heatmaps`."""
    own, name = of.own, wildcards.model
    reference = own.protocol.heatmap_selection == "reference"
    return HeatmapsSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures({MEASURED: own.pictures[MEASURED]}, own.decomposition.batch),
        start=own.decomposition.start.get(name),
        policy=own.decomposition.policy,
        layernorm=own.protocol.layernorm,
        selection="variance" if reference else "score",
        probes=own.heatmaps.probes,
        shown=own.heatmaps.features,
        labels={feature: str(entry.attribute) for feature, entry in of.labelled.items()},
        measured=own.heatmaps.pictures,
        seed=of.seed("heatmaps", name, f"run{wildcards.run}"),
        compute=of.config.compute_of("heatmaps"),
    )


@builder(gpu=True)
def segmentation(of: ComponentsSettings, wildcards: Any) -> SegmentationSpec:
    """The spec of rule `segmentation`."""
    settings = of.own.segmentation
    return SegmentationSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures({"segmentation": settings.pictures}, settings.batch),
        start=settings.start.get(wildcards.model),
        policy=of.own.decomposition.policy,
        layernorm=of.own.protocol.layernorm,
        attribute=CLASS,
        classes=list(VALUES[CLASS]),
        seed=of.seed("segmentation"),
        compute=of.config.compute_of("segmentation"),
    )
