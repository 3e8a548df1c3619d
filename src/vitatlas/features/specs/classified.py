"""Builders of the specs of rules that look at what encoders answer: of single tokens, and of changed pictures."""

from __future__ import annotations

from typing import Any

from vitatlas.features.last_layer.spec import LastLayerSpec
from vitatlas.features.reliance.spec import LowPassSpec, MaskedSpec
from vitatlas.features.settings import CLASS, FeaturesSettings
from vitatlas.images.world.attributes import VALUES
from vitatlas.paper.specs import builder

CLASSIFIED = "classified"
CLASSES = list(VALUES[CLASS])


@builder(gpu=True)
def last_layer(of: FeaturesSettings, wildcards: Any) -> LastLayerSpec:
    """The spec of rule `last_layer`."""
    return LastLayerSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.part(CLASSIFIED), of.own.last_layer.batch),
        attribute=CLASS,
        classes=CLASSES,
        layers=None,
        compute=of.config.compute_of("last_layer"),
    )


@builder(gpu=True)
def masked(of: FeaturesSettings, wildcards: Any) -> MaskedSpec:
    """The spec of rule `masked`."""
    return MaskedSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.own.masked.pictures, of.own.masked.batch),
        attribute=CLASS,
        classes=CLASSES,
        seed=of.seed("masked"),
        boxes=of.own.protocol.boxes,
        compute=of.config.compute_of("masked"),
    )


@builder(gpu=True)
def low_pass(of: FeaturesSettings, wildcards: Any) -> LowPassSpec:
    """The spec of rule `low_pass`."""
    return LowPassSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.part(CLASSIFIED), of.own.low_pass.batch),
        attribute=CLASS,
        classes=CLASSES,
        seed=of.seed("low_pass"),
        cutoffs=of.own.low_pass.cutoffs,
        compute=of.config.compute_of("low_pass"),
    )
