"""Read and check the configuration; say what is wrong in the user's terms.

The configuration of a run is the tier's file with the user's own values (`--configfile`, `--config`) on top.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config
from vitatlas.errors import UserError

DEFAULT_TIER = "demo"

M = TypeVar("M", bound=BaseModel)


def load_config(folder: Path, overrides: Mapping[str, Any], zoo: ModelZoo) -> Config:
    """The configuration of the tier that `overrides` names (default: demo), with the overrides merged in.

    Args:
        folder: Where the tiers' files are.
        overrides: Values on top of the file's, nested as in the file.
        zoo: The models that entries may name.

    Raises:
        UserError: No such tier, no YAML, an unknown or missing key, a wrong value, a model that the zoo does not have.
    """
    tier = str(overrides.get("tier", DEFAULT_TIER))
    path = folder / f"{tier}.yaml"
    if not path.is_file():
        raise UserError(f"unknown tier '{tier}'; there are: {', '.join(tiers(folder))}", where="--config tier=…")
    origin = str(path) if set(overrides) <= {"tier"} else f"{path}, with the values given by --config or --configfile"
    config = validate(Config, merge(read_yaml(path), overrides), origin)
    if config.tier != tier:
        raise UserError(f"key 'tier' says '{config.tier}' in the file of tier '{tier}'", where=path)
    _check_models(config, zoo, origin)
    return config


def load_zoo(path: Path) -> ModelZoo:
    """The model zoo.

    Raises:
        UserError: No such file, no YAML, or an entry that does not fit the schema.
    """
    return validate(ModelZoo, read_yaml(path), str(path))


def tiers(folder: Path) -> list[str]:
    """The names of the tiers that have a file."""
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem != "models")


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping.

    Raises:
        UserError: The file is missing, is no YAML, or holds something else.
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=path) from error
    except yaml.YAMLError as error:
        raise UserError(f"no valid YAML: {error}", where=path) from error
    if not isinstance(value, dict):
        raise UserError("expected keys and values", where=path)
    return value


def merge(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `top` over it; mappings merge key by key, everything else is replaced."""
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def validate(model: type[M], value: Any, origin: str) -> M:
    """`value` as `model`.

    Raises:
        UserError: Names the first key that does not fit, what is wrong with it and what is allowed.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        details = error.errors()[0]
        key = ".".join(str(part) for part in details["loc"]) or "(the whole file)"
        problem, remedy = _explain(model, details, key)
        raise UserError(problem, where=origin, remedy=remedy) from error


def known(name: str, names: Iterable[str], what: str, where: str) -> None:
    """Check that `name` is one of `names`.

    Raises:
        UserError: It is not; lists the names and suggests the nearest.
    """
    names = sorted(names)
    if name not in names:
        raise UserError(
            f"unknown {what} '{name}'; there are: {', '.join(names)}", where=where, remedy=_nearest(name, names)
        )


def _check_models(config: Config, zoo: ModelZoo, origin: str) -> None:
    for key, model in config.stand_ins.items():
        known(key, zoo.models, "model", f"{origin}: key 'stand_ins'")
        known(model, zoo.models, "model", f"{origin}: key 'stand_ins.{key}'")
    for section in ("pretraining", "finetuning"):
        for model in getattr(config, section):
            if model != "default":
                known(model, zoo.models, "model", f"{origin}: key '{section}'")
    _check_layers(config, zoo, origin)
    for model, entry in zoo.models.items():
        if entry.origin == "pretrain" and model in config.stand_ins.values() and model not in config.pretraining:
            raise UserError(
                f"model '{model}' is pretrained by the workflow, but nothing says how",
                where=f"{origin}: key 'pretraining'",
                remedy=f"add pretraining.{model}",
            )


def _check_layers(config: Config, zoo: ModelZoo, origin: str) -> None:
    """Every block that training names must exist, in each model whose entry says how deep it is."""
    used = set(config.stand_ins.values()) | set(config.finetuning) - {"default"}
    asked = []
    for model in sorted(used):
        section = model if model in config.finetuning else "default"
        training = config.finetuning[section]
        asked.append((model, f"finetuning.{section}", training.frozen_blocks + training.reinitialised_blocks))
    for model, recipe in config.pretraining.items():
        asked.append((model, f"pretraining.{model}", 1 + max(recipe.features_block, recipe.relation_block)))
    for model, key, blocks in asked:
        depth = zoo.models[model].depth
        if depth is not None and blocks > depth:
            problem = f"key '{key}' asks for {blocks} blocks, but the model '{model}' has {depth} blocks"
            raise UserError(problem, where=origin)


def _explain(model: type[BaseModel], details: Any, key: str) -> tuple[str, str | None]:
    kind = details["type"]
    if kind == "extra_forbidden":
        names = _fields_at(model, details["loc"][:-1])
        allowed = f"; allowed here: {', '.join(names)}" if names else ""
        return f"unknown key '{key}'{allowed}", _nearest(str(details["loc"][-1]), names)
    if kind == "missing":
        return f"the key '{key}' is missing", f"add {key}"
    return f"key '{key}': {details['msg']} (got {details['input']!r})", None


def _fields_at(model: type[BaseModel], location: Iterable[Any]) -> list[str]:
    """The keys allowed at a place of a nested model; empty where that is not a model."""
    current: Any = model
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel) and part in current.model_fields:
            current = current.model_fields[part].annotation
        else:
            arguments = get_args(current)
            current = arguments[-1] if arguments else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        return sorted(current.model_fields)
    return []


def _nearest(name: str, names: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f"did you mean '{near[0]}'?" if near else None
