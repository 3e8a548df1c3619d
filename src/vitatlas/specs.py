"""The spec of every rule: its slice of the configuration, by key, and the fingerprint of what computes it.

A rule names the method here that builds its spec; Snakemake calls it with the job's wildcards. Two jobs with equal
specs and equal inputs give equal results, so a change of the spec is what makes a finished job run again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import Artifact, Registry, artifact_spec, resolve
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.fingerprint import code_fingerprint, environment_fingerprint, yaml_fingerprint
from vitatlas.jobs import effective
from vitatlas.seeds import derive_seed


class SpecValue(dict[str, Any]):
    """A spec as Snakemake handles it: JSON with sorted keys, whatever the order they were given in.

    Commands get all of it. Snakemake's record, which decides what reruns, is its `repr`: what results depend on.
    """

    def __repr__(self) -> str:
        return json.dumps(effective(self), sort_keys=True, ensure_ascii=False)

    def __str__(self) -> str:
        return json.dumps(self, sort_keys=True, ensure_ascii=False)

    def __format__(self, _: str) -> str:
        return str(self)


Build = Callable[["Specs", Any], dict[str, Any]]


def computed_by(*programs: str, image: str = "compute") -> Callable[[Build], Callable[[Specs, Any], SpecValue]]:
    """Add to a spec the fingerprint of what computes the result.

    Args:
        programs: Paths below `workflow/`.
        image: The container image that the rule names; without containers, the same versions are in the virtual
            environment.
    """

    def decorate(build: Build) -> Callable[[Specs, Any], SpecValue]:
        @wraps(build)
        def method(self: Specs, wildcards: Any) -> SpecValue:
            return self.fingerprinted(build(self, wildcards), *programs, image=image)

        return method

    return decorate


class Specs:
    """Builds specs from the configuration.

    Args:
        config, zoo, registries: The configuration of the tier, the models, and the papers' artifacts by paper.
        root: The folder of the project.
    """

    def __init__(self, config: Config, zoo: ModelZoo, registries: Mapping[str, Registry], root: Path):
        self.config, self.zoo, self.registries, self.root = config, zoo, registries, root
        self._code = cache(self._code_of)

    def fingerprinted(self, values: dict[str, Any], *programs: str, image: str) -> SpecValue:
        """`values` with the fingerprint of `programs` and of the environment that they run in."""
        environment = environment_fingerprint(self.root / "envs", image)
        return SpecValue(values | {"code": self._code(programs), "environment": environment})

    def _code_of(self, programs: tuple[str, ...]) -> dict[str, str]:
        paths = [self.root / "workflow" / program for program in programs]
        return code_fingerprint(paths, self.root / "src")

    def _seed(self, *names: str) -> int:
        return derive_seed(self.config.seed, *names)

    def _model(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "model": self._backbone(name),
            "geometry": self.zoo.geometry(name).model_dump(mode="json"),
        }

    def _backbone(self, name: str) -> dict[str, Any]:
        """Without what is at its default: a key that the schema gains later changes no spec until it is used."""
        return self.zoo.models[name].backbone.model_dump(mode="json", exclude_defaults=True)

    def _cell(self, wildcards: Any) -> dict[str, Any]:
        """What identifies one cell of the papers' tables: a model, a task and a setting."""
        return self._model(wildcards.model) | {"task": wildcards.task, "setting": wildcards.setting}

    def _geometry(self, wildcards: Any) -> dict[str, Any]:
        return self.zoo.geometries[wildcards.geometry].model_dump(mode="json")

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

    @computed_by("scripts/fetch_weights.py")
    def fetch_weights(self, wildcards: Any) -> dict[str, Any]:
        """Rule `fetch_weights`."""
        name = wildcards.model
        return {"name": name, "model": self._backbone(name), "source": self.config.weights.source}

    @computed_by("scripts/pretrain.py")
    def pretrain(self, wildcards: Any) -> dict[str, Any]:
        """Rule `pretrain`."""
        return self._model(wildcards.model) | {
            "pretraining": self.config.pretraining[wildcards.model].model_dump(mode="json"),
            "noise_std": self.config.stimuli.noise_std,
            "compute": self.config.compute_of("pretrain").model_dump(mode="json"),
            "seed": self._seed("pretrain", wildcards.model),
        }

    @computed_by("scripts/finetune.py")
    def finetune(self, wildcards: Any) -> dict[str, Any]:
        """Rule `finetune`."""
        return self._cell(wildcards) | {
            "seed": int(wildcards.seed),
            "random_seed": self.config.seed,
            "noise_std": self.config.stimuli.noise_std,
            "training": self.config.finetuning_of(wildcards.model).model_dump(mode="json"),
            "compute": self.config.compute_of("finetune").model_dump(mode="json"),
        }

    @computed_by("scripts/gather_behaviour.py", image="figures")
    def behaviour(self, wildcards: Any) -> dict[str, Any]:
        """Rule `behaviour`."""
        return {"name": wildcards.model, "task": wildcards.task, "setting": wildcards.setting}

    @computed_by("scripts/attention.py")
    def attention(self, wildcards: Any) -> dict[str, Any]:
        """Rule `attention`."""
        return self._cell(wildcards) | {
            "seeds": self.config.seeds_of(wildcards.model),
            "seed": self._seed("attention", wildcards.task, wildcards.setting),
            **self._images("attention"),
        }

    @computed_by("scripts/walkthrough.py")
    def walkthrough(self, wildcards: Any) -> dict[str, Any]:
        """Rule `walkthrough`."""
        return self._cell(wildcards) | {
            "model_seed": self.config.seeds_of(wildcards.model)[0],
            "first_layer": self.zoo.models[wildcards.model].first_layer_for_peaks,
            "heads": self.config.attention.walkthrough_heads.get(wildcards.model),
            "seed": self._seed("walkthrough", wildcards.task, wildcards.setting),
            **self._images("walkthrough"),
        }

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

    @computed_by("scripts/das.py")
    def das(self, wildcards: Any) -> dict[str, Any]:
        """Rule `das`."""
        search = self.config.das.search.model_dump(mode="json")
        return self._perceptual(wildcards, "das") | {"seed": int(wildcards.seed), "search": search}

    @computed_by("scripts/novel.py")
    def novel(self, wildcards: Any) -> dict[str, Any]:
        """Rule `novel`."""
        das = self.config.das
        return (
            self._perceptual(wildcards, "novel")
            | self._exchanges(wildcards)
            | {"draws": das.draws, "shared": das.batch}
        )

    @computed_by("scripts/information_flow.py")
    def information_flow(self, wildcards: Any) -> dict[str, Any]:
        """Rule `information_flow`."""
        return self._perceptual(wildcards, "information_flow") | self._exchanges(wildcards)

    def _perceptual(self, wildcards: Any, rule: str) -> dict[str, Any]:
        return self._cell(wildcards) | {
            "random_seed": self.config.seed,
            "noise_std": self.config.stimuli.noise_std,
            "compute": self.config.compute_of(rule).model_dump(mode="json"),
        }

    def _exchanges(self, wildcards: Any) -> dict[str, Any]:
        """All seeds of a cell, without what only the search depends on."""
        das = self.config.das
        seeds = self.config.seeds_of(wildcards.model)
        return {"seeds": seeds, "properties": das.properties, "batch": das.evaluation_batch}

    def _images(self, rule: str) -> dict[str, Any]:
        return {
            "images_per_class": self.config.attention.images_per_class,
            "batch": self.config.attention.batch,
            "noise_std": self.config.stimuli.noise_std,
            "compute": self.config.compute_of(rule).model_dump(mode="json"),
        }

    @computed_by("scripts/make_table.py", image="figures")
    def table(self, wildcards: Any) -> dict[str, Any]:
        """Rule `table`."""
        return self._artifact(wildcards)

    @computed_by("scripts/compute_table.py", image="figures")
    def compute_table(self, wildcards: Any) -> dict[str, Any]:
        """Rule `compute_table`."""
        return {"tier": self.config.tier, "benchmarks": f"results/{self.config.tier}/benchmarks"}

    def figure(self, wildcards: Any) -> SpecValue:
        """Rule `figure`: the template that draws it counts too."""
        values = self._artifact(wildcards)
        programs = ("scripts/draw_figure.py", f"notebooks/{values['family']}.ipynb")
        return self.fingerprinted(values, *programs, image="figures")

    def artifact(self, wildcards: Any) -> Artifact:
        """The artifact named by the wildcards `paper` and `artifact`, with the tier's models in place.

        Raises:
            UserError: The paper has no artifact of this name.
        """
        return resolve(self.registries[wildcards.paper].artifact(wildcards.artifact), self.config.stand_ins)

    def _artifact(self, wildcards: Any) -> dict[str, Any]:
        return artifact_spec(self.artifact(wildcards), self.zoo, self.config.tier)

    def coverage(self, wildcards: Any) -> SpecValue:
        """Rule `coverage_page`: its inputs are files of the project, which count by what they say, not by their age."""
        values = {"tier": self.config.tier, "stand_ins": self.config.stand_ins}
        read = [f"config/artifacts/{paper}.yaml" for paper in self.registries] + ["config/models.yaml"]
        files = {name: yaml_fingerprint(self.root / name) for name in read}
        return SpecValue(self.fingerprinted(values, "scripts/coverage.py", image="figures") | {"files": files})
