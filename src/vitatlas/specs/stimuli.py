"""Specs of the rules that make scenes, pictures of them and counterfactuals."""

from __future__ import annotations

from typing import Any

from vitatlas.specs.base import SpecBase, computed_by


class StimuliSpecs(SpecBase):
    """Scenes, and what is made from them without a model."""

    @computed_by("scripts/make_scenes.py")
    def scenes(self, wildcards: Any) -> dict[str, Any]:
        """Rule `scenes`."""
        return {
            "task": wildcards.task,
            "setting": wildcards.setting,
            "geometry": self._geometry(wildcards),
            "geometry_name": wildcards.geometry,
            "sizes": self.config.stimuli.sizes,
            "seed": self._seed("scenes", wildcards.geometry),
        }

    @computed_by("scripts/sample_stimuli.py")
    def stimulus_samples(self, wildcards: Any) -> dict[str, Any]:
        """Rule `stimulus_samples`."""
        return {
            "task": wildcards.task,
            "setting": wildcards.setting,
            "geometry": self._geometry(wildcards),
            "noise_std": self.config.stimuli.noise_std,
            "per_label": self.config.stimuli.samples,
            "seed": self._seed("stimulus_samples", wildcards.geometry, wildcards.task, wildcards.setting),
        }

    @computed_by("scripts/shape_sheet.py")
    def shape_sheet(self, wildcards: Any) -> dict[str, Any]:
        """Rule `shape_sheet`."""
        return {"geometry": self._geometry(wildcards), "noise_std": self.config.stimuli.noise_std}

    @computed_by("scripts/export_stimuli.py")
    def export_stimuli(self, wildcards: Any) -> dict[str, Any]:
        """Rule `export_stimuli`."""
        return {
            "task": wildcards.task,
            "setting": wildcards.setting,
            "geometry": self._geometry(wildcards),
            "noise_std": self.config.stimuli.noise_std,
            "train_size": self.config.stimuli.sizes["train"],
        }

    @computed_by("scripts/montage.py")
    def montage(self, wildcards: Any) -> dict[str, Any]:
        """Rule `montage`: at least 96 px a scene."""
        geometry = self.zoo.geometries[wildcards.geometry]
        scale = max(1, 96 // geometry.canvas)
        return {"geometry": self._geometry(wildcards), "noise_std": self.config.stimuli.noise_std, "scale": scale}

    @computed_by("scripts/make_counterfactuals.py")
    def counterfactuals(self, wildcards: Any) -> dict[str, Any]:
        """Rule `counterfactuals`."""
        return {
            "task": wildcards.task,
            "setting": wildcards.setting,
            "properties": self.config.das.properties,
            "geometry": self._geometry(wildcards),
            "sizes": self.config.das.sizes,
            "reuse": self.config.das.reuse,
            "seed": self._seed("counterfactuals", wildcards.geometry, wildcards.task, wildcards.setting),
        }

    @computed_by("scripts/sample_counterfactuals.py")
    def counterfactual_examples(self, wildcards: Any) -> dict[str, Any]:
        """Rule `counterfactual_examples`."""
        return {
            "task": wildcards.task,
            "setting": wildcards.setting,
            "split": "test_iid",
            "geometry": self._geometry(wildcards),
            "noise_std": self.config.stimuli.noise_std,
        }
