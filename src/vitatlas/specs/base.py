"""What all specs share: how they look as text, their fingerprints, and the parts that several rules name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import Registry
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.fingerprint import code_fingerprint, environment_fingerprint
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


Build = Callable[[Any, Any], dict[str, Any]]


def computed_by(*programs: str, image: str = "compute") -> Callable[[Build], Callable[[Any, Any], SpecValue]]:
    """Add to a spec the fingerprint of what computes the result.

    Args:
        programs: Paths below `workflow/`.
        image: The container image that the rule names; without containers, the same versions are in the virtual
            environment.
    """

    def decorate(build: Build) -> Callable[[Any, Any], SpecValue]:
        @wraps(build)
        def method(self: SpecBase, wildcards: Any) -> SpecValue:
            return self.fingerprinted(build(self, wildcards), *programs, image=image)

        return method

    return decorate


class SpecBase:
    """The configuration, and the parts of specs that several rules name.

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

    def _analysed(self, wildcards: Any) -> dict[str, Any]:
        """A cell whose model is looked into, with the normalisation that the protocol asks for."""
        cell, other = self._cell(wildcards), self.zoo.models[wildcards.model].reference_preprocessing
        if self._switches("normalisation") and other is not None:
            cell["model"] = cell["model"] | {"preprocessing": other.model_dump(mode="json")}
        return cell

    def _switches(self, *names: str) -> dict[str, Any]:
        """Those of the protocol's switches that are not at their default: the others change no spec."""
        return {name: value for name in names if (value := getattr(self.config.protocol, name)) != "corrected"}

    def _geometry(self, wildcards: Any) -> dict[str, Any]:
        return self.zoo.geometries[wildcards.geometry].model_dump(mode="json")
