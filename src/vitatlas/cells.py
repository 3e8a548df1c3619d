"""Where the rules' input functions find what a cell needs: a model, a task and a setting, as wildcards name them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitatlas.config.auxiliary import WITHOUT
from vitatlas.config.models import ModelEntry, ModelZoo
from vitatlas.config.probe import PROBED
from vitatlas.config.read import known
from vitatlas.config.schema import Config
from vitatlas.photoreal.folders import mesh_files, texture_files
from vitatlas.vocabulary import PROPERTIES, SPLITS


@dataclass(frozen=True)
class Cells:
    """The files of models, scenes and fine-tuning runs of one tier.

    Raises:
        UserError: Wildcards name a model or a geometry that there is not.
    """

    config: Config
    zoo: ModelZoo

    @property
    def results(self) -> str:
        """The tier's folder, relative to the working directory."""
        return f"results/{self.config.tier}"

    def weights_of(self, wildcards: Any) -> list[str]:
        """The file of pretrained weights of the model named by the wildcard; none for a model from scratch."""
        files = {
            "hub": [f"resources/weights/{wildcards.model}.safetensors"],
            "pretrain": [f"{self.results}/weights/{wildcards.model}.safetensors"],
            "none": [],
        }
        return files[self._entry(wildcards.model).origin]

    def scenes_of(self, wildcards: Any) -> dict[str, str]:
        """The scene tables for the model, task and setting named by the wildcards, by split, `_` for `-`."""
        folder = f"{self.results}/scenes/{self._entry(wildcards.model).geometry}/{wildcards.task}/{wildcards.setting}"
        return {split.replace("-", "_"): f"{folder}/{split}.parquet" for split in SPLITS}

    def scenes_of_split(self, split: str) -> Callable[[Any], str]:
        """An input function: the scene table of this split, for the model, task and setting named by the wildcards."""

        def scenes(wildcards: Any) -> str:
            return self.scenes_of(wildcards)[split]

        return scenes

    def probed(self, split: str) -> Callable[[Any], list[str]]:
        """An input function: the same, as probes read it; none for a task without probes."""
        scenes = self.scenes_of_split(split)

        def found(wildcards: Any) -> list[str]:
            return [scenes(wildcards)] if wildcards.task == PROBED else []

        return found

    def probes_of(self, wildcards: Any) -> list[str]:
        """The table of the probes of the cell named by the wildcards; none for a task without."""
        cell = f"{wildcards.model}/{wildcards.task}/{wildcards.setting}"
        return [f"{self.results}/analysis/probe/{cell}.parquet"] if wildcards.task == PROBED else []

    def photoreal_files(self, wildcards: Any) -> list[str]:
        """The user's own meshes and textures; none where the built-in ones are used."""
        meshes, textures = self.config.photoreal.folders
        found = (mesh_files(meshes) if meshes else []) + (texture_files(textures) if textures else [])
        return [str(path) for path in found]

    def photoreal_scenes(self, wildcards: Any) -> str:
        """The table of photorealistic scenes for images of the size that the wildcards name, or that their model or
        geometry takes."""
        canvas = getattr(wildcards, "canvas", None)
        if canvas is None:
            geometry = getattr(wildcards, "geometry", None) or self._entry(wildcards.model).geometry
            known(geometry, self.zoo.geometries, "geometry", "the requested target")
            canvas = self.zoo.geometries[geometry].canvas
        return f"{self.results}/photoreal/{canvas}/scenes.parquet"

    def photoreal_images(self, wildcards: Any) -> list[str]:
        """All shares of these scenes' images."""
        folder = Path(self.photoreal_scenes(wildcards)).parent
        return [f"{folder}/images/{shard}.parquet" for shard in range(self.config.photoreal.shards)]

    def counterfactuals_of(self, *splits: str) -> Callable[[Any], dict[str, str]]:
        """An input function: the counterfactual sets of these splits, as `<property>_<split>`, for the model, task and
        setting named by the wildcards."""

        def sets(wildcards: Any) -> dict[str, str]:
            cell = f"{self._entry(wildcards.model).geometry}/{wildcards.task}/{wildcards.setting}"
            folder = f"{self.results}/counterfactuals/{cell}"
            return {f"{name}_{split}": f"{folder}/{name}/{split}.parquet" for name in PROPERTIES for split in splits}

        return sets

    def _entry(self, model: str) -> ModelEntry:
        known(model, self.zoo.models, "model", "the requested target")
        return self.zoo.models[model]

    def runs_of(self, file: str) -> Callable[[Any], list[str]]:
        """An input function: `file` of every fine-tuning run (one per seed) of the cell named by the wildcards."""

        return self._runs(file, lambda model, _: self.config.seeds_of(model))

    def perceptual_runs_of(self, file: str) -> Callable[[Any], list[str]]:
        """The same, of the runs whose perceptual stage is analysed."""
        return self._runs(file, self.config.perceptual_seeds_of)

    def _runs(self, file: str, seeds_of: Callable[[str, str], list[int]]) -> Callable[[Any], list[str]]:
        def runs(wildcards: Any) -> list[str]:
            cell = f"{self.results}/models/{wildcards.model}/{wildcards.task}/{wildcards.setting}"
            return [f"{cell}/seed{seed}/{file}" for seed in seeds_of(wildcards.model, wildcards.setting)]

        return runs

    def auxiliary_runs_of(self, file: str) -> Callable[[Any], list[str]]:
        """An input function: `file` of every run with auxiliary losses (per variant and seed) of the cell named by the
        wildcards. A run without losses that the ordinary fine-tuning makes too is taken from there."""

        def runs(wildcards: Any) -> list[str]:
            model, task = wildcards.model, wildcards.task
            same = self.config.auxiliary_finetuning_of(model, task) == self.config.finetuning_of(model)
            cell, found = f"{model}/{task}/{wildcards.setting}", []
            for variant, seed in self.config.auxiliary.runs(task):
                ordinary = variant == WITHOUT and same and seed in self.config.seeds_of(model)
                folder = f"models/{cell}" if ordinary else f"auxiliary/{cell}/{variant}"
                found.append(f"{self.results}/{folder}/seed{seed}/{file}")
            return found

        return runs

    def first_run_of(self, file: str) -> Callable[[Any], str]:
        """An input function: `file` of the run with the first seed."""
        runs = self.runs_of(file)

        def first(wildcards: Any) -> str:
            return runs(wildcards)[0]

        return first
