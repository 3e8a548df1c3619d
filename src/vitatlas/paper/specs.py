"""The specs of rules: their slices of the configuration, by key, with the fingerprint of what computes the result.

1. A builder is a function with the name of its rule. From settings and the job's wildcards it makes a typed spec, the
   same type that the job reads.
2. While it builds, the sections of the configuration that it reads are noted.
3. The spec gets the fingerprint of the rule's program and of the environment that it runs in.

Two jobs with equal specs and equal inputs give equal results, so a change of the spec is what makes a finished job run
again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic.fields import FieldInfo

from vitatlas.config.models import ModelZoo
from vitatlas.config.read import require_known
from vitatlas.config.schema import Config
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import code_fingerprint, environment_fingerprint
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.spec import effective
from vitatlas.paper.watched import Watched

NO_MODEL = "(?!)"
"""The pattern that nothing matches."""


class SpecValue(dict[str, Any]):
    """A spec as Snakemake handles it: JSON with sorted keys, whatever the order they were given in.

    Commands get all of it. Snakemake's record, which decides what reruns, is its `repr`: what results depend on.

    Attributes:
        reads: The sections of the configuration that it was built from.
    """

    reads: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return json.dumps(effective(self), sort_keys=True, ensure_ascii=False)

    def __str__(self) -> str:
        return json.dumps(self, sort_keys=True, ensure_ascii=False)

    def __format__(self, _: str) -> str:
        return str(self)


@dataclass(frozen=True)
class Built:
    """A spec with more that its result depends on; a builder may return it instead of a bare one.

    Attributes:
        programs: More programs, as paths below `workflow/`.
        files: Digests of files of the project, by path, that count by what they say and not by their age.
    """

    spec: Strict
    programs: tuple[str, ...] = ()
    files: Mapping[str, str] | None = None


Build = Callable[[Any, Any], Strict | Built]


@dataclass(frozen=True)
class Builder:
    """How the spec of a rule is built.

    Attributes:
        build: From settings and wildcards to the spec.
        image: The container image that the rule names; without containers, the same versions are in the virtual
            environment.
        gpu: Whether the rule computes on a GPU where there is one.
        size: The key of the spec, as a path, that says how often the same is done: time is a line in it.
        trains: Whether it leaves two copies of a trained model.
        program: The rule's program, below `workflow/scripts/` (of a paper's rule, in the folder of the paper); words
            in braces are keys of the spec.
    """

    build: Build
    image: str
    gpu: bool
    size: tuple[str, ...]
    trains: bool
    program: str

    @property
    def rule(self) -> str:
        """The name of its rule."""
        return self.build.__name__


def builder(
    *,
    image: str = "compute",
    gpu: bool = False,
    size: tuple[str, ...] = (),
    trains: bool = False,
    program: str | None = None,
) -> Callable[[Build], Builder]:
    """Make a builder of the function below, which has the name of the rule; attributes as of `Builder`."""

    def made(build: Build) -> Builder:
        return Builder(build, image, gpu, size, trains, program or f"{build.__name__}.py")

    return made


@dataclass(frozen=True)
class Settings:
    """The view of the configuration that the builders of a paper get.

    Attributes:
        config, zoo: The tier and the models.
        paper: The paper's name; empty for rules of no paper.
        shown: The models that the tier's artifacts show, by kind of table. What a spec says of several models it says
            of these: an entry of the zoo that nothing uses changes no result.
    """

    config: Config
    zoo: ModelZoo
    paper: str = ""
    shown: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def section(self) -> Any:
        """The paper's section of the configuration."""
        return self.config.section(self.paper)

    @property
    def results(self) -> str:
        """The tier's folder, relative to the working directory."""
        return f"results/{self.config.tier}"

    def seed(self, *names: str) -> int:
        """The seed of a job, by its names."""
        return derive_seed(self.config.seed, *names)

    def weights_of(self, model: str, run: int = 0) -> list[str]:
        """The file of a model's pretrained weights; none for a model from scratch.

        Args:
            model: In the zoo.
            run: Which pretraining, of a model that the workflow pretrains: each run of a paper may have its own.
                Published weights are there once.

        Raises:
            UserError: The zoo has no such model; or it must be pretrained, and no paper of this run does that.
        """
        require_known(model, self.zoo.models, "model", "the requested target")
        origin = self.zoo.models[model].origin
        if origin == "pretrain":
            self._require_pretrainer(model)
        published = [f"resources/weights/{model}.safetensors"]
        files = {
            **dict.fromkeys(("hub", "torchvision", "file"), published),
            "pretrain": [f"{self.results}/weights/{model}/run{run}.safetensors"],
        }
        return files.get(origin, [])

    @property
    def pretrained(self) -> str:
        """A pattern of the models that rules of the paper pretrain, for the wildcard of these rules."""
        return "|".join(map(re.escape, self.section.pretrained)) or NO_MODEL

    def _require_pretrainer(self, model: str) -> None:
        makers = self.config.pretrainers(model)
        if set(makers) & set(self.config.papers):
            return
        names, other = " or ".join(f"'{name}'" for name in makers), "take a model of origin hub or none"
        raise UserError(
            f"the weights of '{model}' are pretrained by the paper {names}, which is not configured"
            if makers
            else f"the weights of '{model}' must be pretrained, and no paper does that",
            where="key 'papers'",
            remedy=f"add {names} to `papers`, or {other}" if makers else other,
        )


class Specs:
    """The specs of some rules: `specs.das(wildcards)` is that of the rule `das`.

    Args:
        builders: One per rule.
        settings: From a configuration to what the builders get.
        config: The tier.
        root: The folder of the project.
        folder: That of the rules' programs, below `workflow/scripts`.
    """

    def __init__(
        self,
        builders: Iterable[Builder],
        settings: Callable[[Config], Any],
        config: Config,
        root: Path,
        folder: str = "",
    ):
        self._builders = {builder.rule: builder for builder in builders}
        self._settings, self._config, self._root, self._folder = settings, config, root, folder
        self._code = cache(self._code_of)

    def __getattr__(self, rule: str) -> Callable[[Any], SpecValue]:
        if rule.startswith("_"):
            raise AttributeError(rule)
        require_known(rule, self._builders, "rule with a spec", "rules/")

        def spec(wildcards: Any) -> SpecValue:
            return self._spec(self._builders[rule], wildcards)

        return spec

    @property
    def rules(self) -> list[str]:
        """The rules whose specs these are."""
        return list(self._builders)

    def program_of(self, rule: str, spec: Mapping[str, Any]) -> str:
        """The program of a rule, below `workflow/`; for rules of which each paper has its own, that of the spec's."""
        name = Path("scripts", self._folder, self._builders[rule].program)
        return str(name).format(**spec)

    def _spec(self, of: Builder, wildcards: Any) -> SpecValue:
        read: set[str] = set()
        found = of.build(self._settings(cast(Config, Watched(self._config, read))), wildcards)
        built = found if isinstance(found, Built) else Built(found)
        values = _plain(built.spec)
        programs = (self.program_of(of.rule, values), *built.programs)
        value = SpecValue(values | {"code": self._code(programs)})
        value["environment"] = environment_fingerprint(self._root / "envs", of.image)
        if built.files is not None:
            value["files"] = dict(built.files)
        value.reads = frozenset(read)
        return value

    def _code_of(self, programs: tuple[str, ...]) -> dict[str, str]:
        return code_fingerprint([self._root / "workflow" / program for program in programs], self._root / "src")


def _plain(spec: Strict) -> dict[str, Any]:
    """A spec as plain values, without its own keys that are at their defaults: a key that a spec gains later changes
    none until it is used."""
    fields = type(spec).model_fields
    return {
        name: value
        for name, value in spec.model_dump(mode="json").items()
        if name not in fields or fields[name].is_required() or getattr(spec, name) != _default(fields[name])
    }


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)
