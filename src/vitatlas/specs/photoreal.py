"""Specs of the rules that make photorealistic images and show them to models."""

from __future__ import annotations

from typing import Any

from vitatlas.specs.base import SpecBase, computed_by


class PhotorealSpecs(SpecBase):
    """Photorealistic scenes, their images, and models' answers to them."""

    @computed_by("scripts/photoreal_scenes.py")
    def photoreal_scenes(self, wildcards: Any) -> dict[str, Any]:
        """Rule `photoreal_scenes`: both objects must be seen by every model that takes images of this size."""
        canvas = int(wildcards.canvas)
        patches = {geometry.patch for geometry in self.zoo.geometries.values() if geometry.canvas == canvas}
        settings = self.config.photoreal
        return {
            "canvas": canvas,
            "patches": sorted(patches),
            "patch_share": settings.patch_share,
            "images": settings.images,
            "rendering": settings.rendering.model_dump(mode="json"),
            "seed": self._seed("photoreal", wildcards.canvas),
        }

    @computed_by("scripts/render_photoreal.py")
    def render_photoreal(self, wildcards: Any) -> dict[str, Any]:
        """Rule `render_photoreal`."""
        return {"shard": int(wildcards.shard), "shards": self.config.photoreal.shards}

    @computed_by("scripts/photoreal_examples.py")
    def photoreal_examples(self, wildcards: Any) -> dict[str, Any]:
        """Rule `photoreal_examples`."""
        return {"per_label": self.config.photoreal.examples, "side": self.config.photoreal.example_side}

    @computed_by("scripts/photoreal_sheet.py")
    def photoreal_sheet(self, wildcards: Any) -> dict[str, Any]:
        """Rule `photoreal_sheet`: at least 96 px an image."""
        return {"scale": max(1, 96 // int(wildcards.canvas))}

    @computed_by("scripts/zero_shot.py")
    def zero_shot(self, wildcards: Any) -> dict[str, Any]:
        """Rule `zero_shot`."""
        return self._analysed(wildcards) | {
            "seeds": self.config.seeds_of(wildcards.model),
            "patch_share": self.config.photoreal.patch_share,
            "batch": self.config.photoreal.batch,
            "compute": self.config.compute_of("zero_shot").model_dump(mode="json"),
        }
