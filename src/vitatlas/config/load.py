"""Read and check the configuration; say what is wrong in the user's terms.

The configuration of a run is the tier's file with the user's own values (`--configfile`, `--config`) on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vitatlas.config.compute import GPU_RULES
from vitatlas.config.models import ModelZoo
from vitatlas.config.read import known, merge, read_yaml, validate
from vitatlas.config.schema import Config
from vitatlas.errors import UserError

DEFAULT_TIER = "demo"
OTHER_FILES = ("models", "site", "site.example")


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
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem not in OTHER_FILES)


def _check_models(config: Config, zoo: ModelZoo, origin: str) -> None:
    for key, model in config.stand_ins.items():
        known(key, zoo.models, "model", f"{origin}: key 'stand_ins'")
        known(model, zoo.models, "model", f"{origin}: key 'stand_ins.{key}'")
    for section in ("seeds", "pretraining", "finetuning"):
        for model in getattr(config, section):
            if model != "default":
                known(model, zoo.models, "model", f"{origin}: key '{section}'")
    for rule in config.gpu_memory_mb.keys() - {"default"}:
        known(rule, GPU_RULES, "rule", f"{origin}: key 'gpu_memory_mb'")
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
        asked.append((model, f"pretraining.{model}", recipe.blocks))
    for model, key, blocks in asked:
        depth = zoo.models[model].depth
        if depth is not None and blocks > depth:
            problem = f"key '{key}' asks for {blocks} blocks, but the model '{model}' has {depth} blocks"
            raise UserError(problem, where=origin)
