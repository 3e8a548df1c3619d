"""Builders of the specs of rules that make scenes, pictures of them and counterfactuals."""

from __future__ import annotations

from typing import Any

from vitatlas.paper.specs import builder
from vitatlas.relations.scenes.spec import (
    CounterfactualExamplesSpec,
    CounterfactualsSpec,
    ExportStimuliSpec,
    MontageSpec,
    ScenesSpec,
    ShapeSheetSpec,
    StimulusSamplesSpec,
)
from vitatlas.relations.settings import RelationsSettings

SCENE_PX = 96
"""The least size at which a scene is shown."""


def _set(wildcards: Any) -> dict[str, Any]:
    return {"task": wildcards.task, "setting": wildcards.setting}


@builder()
def scenes(of: RelationsSettings, wildcards: Any) -> ScenesSpec:
    """The spec of rule `scenes`."""
    return ScenesSpec(
        **_set(wildcards),
        geometry=of.geometry(wildcards.geometry),
        geometry_name=wildcards.geometry,
        sizes=of.own.stimuli.sizes,
        seed=of.seed("scenes", wildcards.geometry),
    )


@builder()
def stimulus_samples(of: RelationsSettings, wildcards: Any) -> StimulusSamplesSpec:
    """The spec of rule `stimulus_samples`."""
    return StimulusSamplesSpec(
        **_set(wildcards),
        geometry=of.geometry(wildcards.geometry),
        noise_std=of.own.stimuli.noise_std,
        per_label=of.own.stimuli.samples,
        seed=of.seed("stimulus_samples", wildcards.geometry, wildcards.task, wildcards.setting),
    )


@builder()
def shape_sheet(of: RelationsSettings, wildcards: Any) -> ShapeSheetSpec:
    """The spec of rule `shape_sheet`."""
    return ShapeSheetSpec(geometry=of.geometry(wildcards.geometry), noise_std=of.own.stimuli.noise_std)


@builder()
def export_stimuli(of: RelationsSettings, wildcards: Any) -> ExportStimuliSpec:
    """The spec of rule `export_stimuli`."""
    return ExportStimuliSpec(
        **_set(wildcards),
        geometry=of.geometry(wildcards.geometry),
        noise_std=of.own.stimuli.noise_std,
        train_size=of.own.stimuli.sizes["train"],
    )


@builder()
def montage(of: RelationsSettings, wildcards: Any) -> MontageSpec:
    """The spec of rule `montage`."""
    geometry = of.geometry(wildcards.geometry)
    return MontageSpec(geometry=geometry, noise_std=of.own.stimuli.noise_std, scale=max(1, SCENE_PX // geometry.canvas))


@builder()
def counterfactuals(of: RelationsSettings, wildcards: Any) -> CounterfactualsSpec:
    """The spec of rule `counterfactuals`."""
    das = of.own.das
    return CounterfactualsSpec(
        **_set(wildcards),
        properties=das.properties,
        geometry=of.geometry(wildcards.geometry),
        sizes=das.sizes,
        reuse=das.reuse,
        seed=of.seed("counterfactuals", wildcards.geometry, wildcards.task, wildcards.setting),
    )


@builder()
def counterfactual_examples(of: RelationsSettings, wildcards: Any) -> CounterfactualExamplesSpec:
    """The spec of rule `counterfactual_examples`."""
    return CounterfactualExamplesSpec(
        **_set(wildcards),
        split="test_iid",
        geometry=of.geometry(wildcards.geometry),
        noise_std=of.own.stimuli.noise_std,
    )
