"""The workflow's view of the project: configuration, models, registries, specs and targets, loaded once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from vitatlas.artifacts.registry import (
    Artifact,
    Registry,
    artifact_spec,
    comparable,
    inputs,
    load_registry,
    outputs,
    resolve,
)
from vitatlas.checkout import commit_of
from vitatlas.commandline import executor, is_snakemake
from vitatlas.config.auxiliary import WITHOUT
from vitatlas.config.load import load_config, load_zoo
from vitatlas.config.models import ModelEntry, ModelZoo
from vitatlas.config.own import own_settings
from vitatlas.config.probe import PROBED
from vitatlas.config.read import known
from vitatlas.config.schema import Config
from vitatlas.config.site import Site, expanded, load_site, require_slurm
from vitatlas.environment import default_cache, prepare
from vitatlas.errors import UserError
from vitatlas.invariants.inputs import checked
from vitatlas.photoreal.folders import mesh_files, texture_files
from vitatlas.provenance import SETTINGS, as_json
from vitatlas.slurm import check_partitions
from vitatlas.specs import Specs
from vitatlas.verdicts.tables import is_read
from vitatlas.vocabulary import PROPERTIES, SPLITS


@dataclass(frozen=True)
class Atlas:
    """Everything that the Snakefile asks for.

    Attributes:
        root: The project's folder.
        registries: By paper, those that the configuration names.
        settings: The user's own, where they differ from the tier's file.
    """

    root: Path
    config: Config
    zoo: ModelZoo
    registries: dict[str, Registry]
    site: Site
    settings: dict[str, Any]

    @property
    def results(self) -> str:
        """The tier's folder, relative to the working directory."""
        return f"results/{self.config.tier}"

    @cached_property
    def specs(self) -> Specs:
        """The builders of the rules' specs."""
        return Specs(self.config, self.zoo, self.registries, self.root)

    @cached_property
    def commit(self) -> str:
        """The commit of the checkout, with `-dirty` where files differ from it; empty outside a git checkout."""
        return commit_of(self.root)

    def prepare_environment(self) -> None:
        """Set what jobs find in their environment.

        Raises:
            UserError: The folder for caches cannot be made.
        """
        os.environ |= self.site.environment
        os.environ[SETTINGS] = as_json(self.settings)
        folders = (self.config.weights.source, self.site.scratch, *self.config.photoreal.folders)
        bound = [expanded(path) for path in folders if path]
        prepare(self.commit, expanded(self.site.cache) if self.site.cache else default_cache(), bound)

    def artifacts(self, paper: str | None = None) -> list[Artifact]:
        """The artifacts that this tier can make, of one paper or of all, with the tier's models in place."""
        papers = self.registries if paper is None else [paper]
        made = (artifact for name in papers for artifact in self.registries[name].in_tier(self.config.tier))
        return [resolve(artifact, self.config.stand_ins) for artifact in made]

    def inputs_of(self, wildcards: Any) -> list[str]:
        """The tables that the artifact named by the wildcards `paper` and `artifact` is made from."""
        return inputs(self.specs.artifact(wildcards), self.results, self.zoo)

    def checked_tables(self, wildcards: Any) -> dict[str, list[str]]:
        """The tables of the paper named by the wildcard that invariants are checked on, by what they are."""
        return checked(self._tables_of(wildcards.paper), self.results, self.zoo)

    def verdict_tables(self, wildcards: Any) -> list[str]:
        """The tables, each once, that verdicts on the paper named by the wildcard are made from: of its artifacts that
        the tier makes."""
        return [table for table in self._tables_of(wildcards.paper) if is_read(table)]

    def _tables_of(self, paper: str) -> list[str]:
        """The tables that the tier's artifacts of a paper are made from, each once."""
        made = (inputs(artifact, self.results, self.zoo) for artifact in self.artifacts(paper))
        return list(dict.fromkeys(table for tables in made for table in tables))

    def paper_outputs(self, wildcards: Any) -> list[str]:
        """The files of all artifacts of the paper named by the wildcard."""
        return self.outputs(wildcards.paper)

    def verdicts_in(self, form: str) -> Callable[[Any], list[str]]:
        """An input function: the verdicts on the paper named by the wildcard, in this format; none where no published
        numbers are known."""

        def verdicts(wildcards: Any) -> list[str]:
            known_numbers = self.root / "config" / "published" / f"{wildcards.paper}.yaml"
            return [f"{self.results}/verdicts/{wildcards.paper}.{form}"] if known_numbers.exists() else []

        return verdicts

    def labels_of(self, wildcards: Any) -> dict[str, str]:
        """What tells the artifact named by the wildcards from others in Snakemake's report."""
        spec = artifact_spec(self.specs.artifact(wildcards), self.zoo, self.config.tier)
        return {"artifact": wildcards.artifact, "title": spec["title"]}

    def tutorial_tables(self, wildcards: Any) -> list[str]:
        """The tables that the tutorial is made from, each once."""
        tables = self.specs.tutorial(wildcards)["tables"]
        return list(dict.fromkeys(path for paths in tables.values() for path in paths))

    def outputs_of(self, artifact: Artifact) -> list[str]:
        """The files of one artifact."""
        return list(outputs(artifact, self.results).values())

    def outputs(self, paper: str | None = None) -> list[str]:
        """The files of all artifacts of this tier, of one paper or of all."""
        return [file for artifact in self.artifacts(paper) for file in self.outputs_of(artifact)]

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

        def scenes(wildcards: Any) -> list[str]:
            return [self.scenes_of(wildcards)[split]] if wildcards.task == PROBED else []

        return scenes

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

    def check_site(self, command: Sequence[str]) -> None:
        """Stop where Snakemake's command line, or its profile, asks for SLURM and the site is not described.

        Raises:
            UserError: There is no config/site.yaml, no account in it, or a partition that does not do.
        """
        if executor(command) == "slurm":
            require_slurm(self.site, self.root / "config")
            check_partitions(self.site.partitions, gpu=self.config.compute.device == "cuda")

    def check_targets(self, command: Sequence[str], rules: Sequence[str]) -> None:
        """Stop on a target that does not exist, naming those that do.

        Args:
            command: Snakemake's command line.
            rules: The names of the workflow's rules.

        Raises:
            UserError: A target is no rule, and no file that a rule could make.
        """
        for target in _targets(command):
            if target in rules or Path(target).exists():
                continue
            parts = Path(target).parts
            if len(parts) == 1 and "." not in target:
                self._unknown(target)
            if parts[0] == "results" and len(parts) > 1 and parts[1] != self.config.tier:
                raise UserError(
                    f"'{target}' belongs to the tier '{parts[1]}'; this run is of the tier '{self.config.tier}'",
                    remedy=f"add --config tier={parts[1]}",
                )
            if re.fullmatch(r"(figure|table|extra)_\w+", Path(target).stem) and Path(target).stem not in rules:
                self._unknown(Path(target).stem)

    def _unknown(self, target: str) -> NoReturn:
        for registry in self.registries.values():
            if target in registry.artifacts:
                artifact = registry.artifacts[target]
                reason = artifact.pending or f"the tier '{self.config.tier}' does not make it"
                raise UserError(f"'{target}' is not made: {reason}", remedy="`snakemake coverage` lists what is made")
        names = [*self.registries, "coverage", "tutorial", *(artifact.name for artifact in self.artifacts())]
        known(target, names, "target", "the command line")
        raise AssertionError("an unknown target was known")


def load_atlas(root: Path, overrides: Mapping[str, Any]) -> Atlas:
    """Read and check `config/` below `root`, with `overrides` on top.

    Raises:
        UserError: Something in the configuration is wrong; names file, key and allowed values.
    """
    folder = root / "config"
    zoo = load_zoo(folder / "models.yaml")
    config = load_config(folder, overrides, zoo)
    registries = {}
    for paper in config.papers:
        papers = [path.stem for path in (folder / "artifacts").glob("*.yaml")]
        known(paper, papers, "paper", f"{folder / config.tier}.yaml: key 'papers'")
        registry = load_registry(folder / "artifacts" / f"{paper}.yaml", zoo)
        registries[paper] = comparable(registry, config.protocol.departures)
    settings = own_settings(load_config(folder, {"tier": config.tier}, zoo), config)
    return Atlas(root, config, zoo, registries, load_site(folder), settings)


def _targets(command: Sequence[str]) -> list[str]:
    """The targets on Snakemake's command line; none where another program loads the workflow."""
    if not is_snakemake(command):
        return []
    from snakemake.cli import get_argument_parser

    return list(get_argument_parser().parse_known_args(command[1:])[0].targets)
