"""Builders of the specs of rules that make photorealistic images and show them to models."""

from __future__ import annotations

from typing import Any

from vitatlas.errors import UserError
from vitatlas.images.photoreal.spec import (
    PhotorealScenesSpec,
    PhotorealSheetSpec,
    RenderPhotorealSpec,
)
from vitatlas.paper.specs import builder
from vitatlas.relations.photoreal.spec import PhotorealExamplesSpec, ZeroShotSpec
from vitatlas.relations.settings import RelationsSettings

IMAGE_PX = 96
"""The least size at which an image is shown."""


def _size(wildcards: Any) -> tuple[int, int]:
    """The side of the images of a set, and that of the patches that it is made for; 0 for those of all artifacts."""
    canvas, _, patch = wildcards.canvas.partition("p")
    return int(canvas), int(patch or 0)


@builder()
def photoreal_scenes(of: RelationsSettings, wildcards: Any) -> PhotorealScenesSpec:
    """The spec of rule `photoreal_scenes`: both objects must be seen by every model that the images are shown to.

    Raises:
        UserError: No model that an artifact shows takes images of this size.
    """
    settings, (canvas, patch) = of.own.photoreal, _size(wildcards)
    patches = [patch] if patch else of.patches_seen_by(canvas)
    if not patches:
        raise UserError(
            f"no artifact of this tier shows photorealistic images of {canvas} px to a model",
            where="the requested target",
            remedy=f"say for which patches they are to be, in pixels, as {canvas}p16",
        )
    return PhotorealScenesSpec(
        canvas=canvas,
        patches=patches,
        patch_share=settings.patch_share,
        images=settings.images,
        rendering=settings.rendering,
        seed=of.seed("photoreal", wildcards.canvas),
    )


@builder()
def render_photoreal(of: RelationsSettings, wildcards: Any) -> RenderPhotorealSpec:
    """The spec of rule `render_photoreal`."""
    return RenderPhotorealSpec(shard=int(wildcards.shard), shards=of.own.photoreal.shards)


@builder()
def photoreal_examples(of: RelationsSettings, wildcards: Any) -> PhotorealExamplesSpec:
    """The spec of rule `photoreal_examples`."""
    return PhotorealExamplesSpec(per_label=of.own.photoreal.examples, side=of.own.photoreal.example_side)


@builder()
def photoreal_sheet(of: RelationsSettings, wildcards: Any) -> PhotorealSheetSpec:
    """The spec of rule `photoreal_sheet`."""
    return PhotorealSheetSpec(scale=max(1, IMAGE_PX // _size(wildcards)[0]))


@builder(gpu=True)
def zero_shot(of: RelationsSettings, wildcards: Any) -> ZeroShotSpec:
    """The spec of rule `zero_shot`."""
    return ZeroShotSpec(
        **of.analysed(wildcards),
        runs=of.own.runs_of(wildcards.model),
        patch_share=of.own.photoreal.patch_share,
        shared_below=of.shared_below(wildcards),
        batch=of.own.photoreal.batch,
        compute=of.config.compute_of("zero_shot"),
    )
