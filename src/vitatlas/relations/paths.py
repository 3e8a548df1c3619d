"""The input functions of this paper's rules: the files of models, scenes and fine-tuning runs that wildcards name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitatlas.errors import keys_below
from vitatlas.images.photoreal.folders import mesh_files, texture_files
from vitatlas.relations.config.auxiliary import WITHOUT
from vitatlas.relations.config.probe import PROBED
from vitatlas.relations.settings import NAME, RelationsSettings
from vitatlas.relations.vocabulary import PROPERTIES, SPLITS


@dataclass(frozen=True)
class Paths:
    """The files of one tier.

    Raises:
        UserError: Wildcards name a model or a geometry that there is not, or a model that this paper cannot use.
    """

    of: RelationsSettings

    def weights_of(self, wildcards: Any) -> list[str]:
        """The file of pretrained weights that the run named by the wildcards starts from; none for a model from
        scratch. A run of a model that the workflow pretrains has a pretraining of its own."""
        self.of.annex(wildcards.model)
        return self.of.weights_of(wildcards.model, int(wildcards.run))

    def scenes_of(self, wildcards: Any) -> list[str]:
        """The scene tables of all splits, for the model, task and setting named by the wildcards."""
        return [self._scenes(wildcards, split) for split in SPLITS]

    def scenes_of_split(self, split: str) -> Callable[[Any], str]:
        """An input function: the scene table of this split, for the model, task and setting named by the wildcards."""

        def scenes(wildcards: Any) -> str:
            return self._scenes(wildcards, split)

        return scenes

    def scenes_of_splits(self, *splits: str) -> Callable[[Any], list[str]]:
        """An input function: the scene tables of these splits."""

        def scenes(wildcards: Any) -> list[str]:
            return [self._scenes(wildcards, split) for split in splits]

        return scenes

    def _scenes(self, wildcards: Any, split: str) -> str:
        return f"{self.of.results}/scenes/{NAME}/{self._grid(wildcards)}/{split}.parquet"

    def _grid(self, wildcards: Any) -> str:
        return f"{self.of.annex(wildcards.model).geometry}/{wildcards.task}/{wildcards.setting}"

    def probed(self, *splits: str) -> Callable[[Any], list[str]]:
        """An input function: the scene tables of these splits, as probes read them; none for a task without probes."""
        scenes = self.scenes_of_splits(*splits)

        def found(wildcards: Any) -> list[str]:
            return scenes(wildcards) if wildcards.task == PROBED else []

        return found

    def probes_of(self, wildcards: Any) -> list[str]:
        """The table of the probes of the cell named by the wildcards; none for a task without."""
        cell = f"{wildcards.model}/{wildcards.task}/{wildcards.setting}"
        return [f"{self.of.results}/analysis/{NAME}/probe/{cell}.parquet"] if wildcards.task == PROBED else []

    def photoreal_files(self, wildcards: Any) -> list[str]:
        """The user's own meshes and textures; none where the built-in ones are used."""
        meshes, textures = self.of.own.photoreal.folders
        with keys_below(NAME):
            found = (mesh_files(meshes) if meshes else []) + (texture_files(textures) if textures else [])
        return [str(path) for path in found]

    def photoreal_scenes(self, wildcards: Any) -> str:
        """The table of photorealistic scenes for images of the size that the wildcards name, or that their model or
        geometry takes."""
        images = getattr(wildcards, "canvas", None)
        if images is None:
            geometry = getattr(wildcards, "geometry", None) or self.of.annex(wildcards.model).geometry
            images = self.of.photoreal_set(geometry)
        return f"{self.of.results}/photoreal/{NAME}/{images}/scenes.parquet"

    def photoreal_images(self, wildcards: Any) -> list[str]:
        """All shares of these scenes' images."""
        folder = Path(self.photoreal_scenes(wildcards)).parent
        return [f"{folder}/images/{shard}.parquet" for shard in range(self.of.own.photoreal.shards)]

    def counterfactuals_of(self, *splits: str) -> Callable[[Any], list[str]]:
        """An input function: the counterfactual sets of these splits, for the model, task and setting named by the
        wildcards."""

        def sets(wildcards: Any) -> list[str]:
            folder = f"{self.of.results}/counterfactuals/{NAME}/{self._grid(wildcards)}"
            return [f"{folder}/{name}/{split}.parquet" for name in PROPERTIES for split in splits]

        return sets

    def runs_of(self, file: str) -> Callable[[Any], list[str]]:
        """An input function: `file` of every fine-tuning run of the cell named by the wildcards."""

        def runs(wildcards: Any) -> list[str]:
            return self._runs(wildcards, self.of.own.runs_of(wildcards.model), file)

        return runs

    def perceptual_runs_of(self, file: str) -> Callable[[Any], list[str]]:
        """The same, of the runs whose perceptual stage is analysed."""

        def runs(wildcards: Any) -> list[str]:
            return self._runs(wildcards, self.of.perceptual_runs(wildcards), file)

        return runs

    def first_run_of(self, file: str) -> Callable[[Any], str]:
        """An input function: `file` of the first run."""
        runs = self.runs_of(file)

        def first(wildcards: Any) -> str:
            return runs(wildcards)[0]

        return first

    def _runs(self, wildcards: Any, runs: list[int], file: str) -> list[str]:
        cell = f"{self.of.results}/models/{NAME}/{wildcards.model}/{wildcards.task}/{wildcards.setting}"
        return [f"{cell}/run{run}/{file}" for run in runs]

    def auxiliary_runs_of(self, file: str) -> Callable[[Any], list[str]]:
        """An input function: `file` of every run with auxiliary losses of the cell named by the wildcards, per variant
        and number. A run without losses that the ordinary fine-tuning makes too is taken from there."""

        def runs(wildcards: Any) -> list[str]:
            own, model, task = self.of.own, wildcards.model, wildcards.task
            same = own.auxiliary_finetuning_of(model, task) == own.finetuning_of(model, task)
            cell, found = f"{NAME}/{model}/{task}/{wildcards.setting}", []
            for variant, run in own.auxiliary.all_runs(task):
                ordinary = variant == WITHOUT and same and run in own.runs_of(model)
                folder = f"models/{cell}" if ordinary else f"auxiliary/{cell}/{variant}"
                found.append(f"{self.of.results}/{folder}/run{run}/{file}")
            return found

        return runs
