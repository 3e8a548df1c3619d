"""Builders of the specs of rules that store what encoders make of pictures."""

from __future__ import annotations

from typing import Any

from vitatlas.components.classify.spec import ClassifierSpec
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.components.store.spec import ContributionsSpec, RepresentationsSpec
from vitatlas.config.read import require_known
from vitatlas.encoders.seen.scenes_spec import ScenesSpec
from vitatlas.images.world.attributes import VALUES
from vitatlas.paper.specs import builder

CLASS = "category"
"""The attribute of the picture world that encoders classify by."""


@builder()
def component_scenes(of: ComponentsSettings, wildcards: Any) -> ScenesSpec:
    """The spec of rule `component_scenes`.

    Raises:
        UserError: The set has no such part, or the user brings it.
    """
    name, scenes = wildcards.part, of.scenes_in(wildcards.pictures)
    require_known(name, scenes, "part with scenes", f"key '{NAME}.{wildcards.pictures}'")
    return ScenesSpec(part=name, source=scenes[name], seed=of.seed("pictures"), side=int(wildcards.side))


@builder(gpu=True)
def contributions(of: ComponentsSettings, wildcards: Any) -> ContributionsSpec:
    """The spec of rule `contributions`."""
    settings = of.own.decomposition
    return ContributionsSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.set_of(wildcards.pictures), settings.batch),
        start=settings.start.get(wildcards.model),
        policy=settings.policy,
        stored=settings.stored,
        layernorm=of.own.protocol.layernorm,
        compute=of.config.compute_of("contributions"),
    )


@builder(gpu=True)
def representations(of: ComponentsSettings, wildcards: Any) -> RepresentationsSpec:
    """The spec of rule `representations`."""
    return RepresentationsSpec(
        encoder=of.encoder(wildcards),
        pictures=of.pictures(of.own.pictures, of.own.decomposition.batch),
        compute=of.config.compute_of("representations"),
    )


@builder(gpu=True)
def classifier(of: ComponentsSettings, wildcards: Any) -> ClassifierSpec:
    """The spec of rule `classifier`."""
    encoder = of.encoder(wildcards)
    return ClassifierSpec(
        encoder=encoder,
        kind="texts" if of.has_texts(encoder.name) else "probe",
        attribute=CLASS,
        classes=list(VALUES[CLASS]),
        small=of.small_tower(encoder.name),
        fitted="alignment",
        chosen="held_out",
        compute=of.config.compute_of("classifier"),
    )
