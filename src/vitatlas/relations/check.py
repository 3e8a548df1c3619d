"""Checks that the types of this paper's section of the configuration cannot make: its models fit the zoo."""

from __future__ import annotations

from itertools import product

from vitatlas.config.models import ModelZoo
from vitatlas.config.read import require_known
from vitatlas.config.runs import DEFAULT
from vitatlas.errors import UserError
from vitatlas.relations.config.models import PAPER
from vitatlas.relations.config.section import RelationsSection
from vitatlas.relations.vocabulary import TASKS


def check_models(own: RelationsSection, zoo: ModelZoo, origin: str) -> None:
    """Check every model that the section names, and the blocks that it asks for.

    Args:
        own: Its `stand_ins` are known to be models of the zoo.
        origin: Where the configuration comes from, for messages.

    Raises:
        UserError: A model that the zoo does not have, that this paper cannot use, that lacks a recipe, or that has
            fewer blocks.
    """
    named = dict.fromkeys(own.stand_ins.values())
    for key in ("runs", "pretraining", "finetuning"):
        for entry in getattr(own, key):
            if entry != DEFAULT:
                named[_model_of(entry, key, zoo, f"{origin}: key 'relations.{key}'")] = None
    for model in named:
        zoo.annex_of(model, PAPER)
    _check_blocks(own, zoo, origin)
    for model, entry in zoo.models.items():
        if entry.origin == "pretrain" and model in own.stand_ins.values() and model not in own.pretraining:
            raise UserError(
                f"model '{model}' is pretrained by the workflow, but nothing says how",
                where=f"{origin}: key 'relations.pretraining'",
                remedy=f"add relations.pretraining.{model}",
            )


def check_geometries(zoo: ModelZoo) -> None:
    """Check that every geometry that a model names is there.

    Raises:
        UserError: One is not.
    """
    geometries = zoo.annex(PAPER).geometries
    for name, entry in zoo.models.items():
        annex = getattr(entry, PAPER, None)
        if annex is not None:
            where = f"config/models.yaml: key 'models.{name}.{PAPER}.geometry'"
            require_known(annex.geometry, geometries, "geometry", where)


def _model_of(entry: str, key: str, zoo: ModelZoo, where: str) -> str:
    """The model that an entry is named after; below `finetuning` it may be `<model>/<task>`."""
    model, _, task = entry.partition("/") if key == "finetuning" else (entry, "", "")
    require_known(model, zoo.models, "model", where)
    if task:
        require_known(task, TASKS, "task", where)
    return model


def _check_blocks(own: RelationsSection, zoo: ModelZoo, origin: str) -> None:
    """Every block that training names must exist, in each model whose entry says how deep it is."""
    used = set(own.stand_ins.values()) | {entry.split("/")[0] for entry in own.finetuning} - {DEFAULT}
    asked = []
    for model, task in product(sorted(used), TASKS):
        key = own.finetuning_key(model, task)
        training = own.finetuning[key]
        asked.append((model, f"finetuning.{key}", training.frozen_blocks + training.reinitialised_blocks))
    for model, recipe in own.pretraining.items():
        asked.append((model, f"pretraining.{model}", recipe.blocks))
    for model, key, blocks in asked:
        depth = zoo.models[model].depth
        if depth is not None and blocks > depth:
            problem = f"key 'relations.{key}' asks for {blocks} blocks, but the model '{model}' has {depth} blocks"
            raise UserError(problem, where=origin)
