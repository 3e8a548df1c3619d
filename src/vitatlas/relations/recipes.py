"""Whether a recipe for fine-tuning suits a model: recipes are written for all models, and models differ."""

from __future__ import annotations

from vitatlas.config.models import ModelZoo
from vitatlas.errors import UserError
from vitatlas.relations.config.section import RelationsSection
from vitatlas.relations.config.training import Finetuning


def check_recipe(own: RelationsSection, zoo: ModelZoo, model: str, training: Finetuning, key: str) -> None:
    """Check that a model has the blocks that a recipe names, and learned weights in those that it freezes.

    Args:
        model: In the zoo.
        training: The recipe.
        key: Where it stands in the section.

    Raises:
        UserError: It has fewer blocks, or random weights would be frozen.
    """
    where, depth = f"key 'relations.{key}'", zoo.models[model].depth
    named = training.frozen_blocks + training.reinitialised_blocks
    remedy = f"give the model a recipe of its own: relations.finetuning.{model}"
    if depth is not None and named > depth:
        problem = (
            f"frozen_blocks: {training.frozen_blocks} and reinitialised_blocks: {training.reinitialised_blocks} are "
            f"{named} blocks, but the model '{model}' has {depth} blocks"
        )
        raise UserError(problem, where=where, remedy=remedy)
    learned = _learned_blocks(own, zoo, model)
    if learned is not None and training.frozen_blocks > learned:
        having = "random weights" if learned == 0 else f"learned weights in its first {learned} blocks alone"
        raise UserError(
            f"frozen_blocks: {training.frozen_blocks} would keep random weights as they are: the model '{model}' "
            f"starts from {having}",
            where=where,
            remedy=f"{remedy}, with frozen_blocks: {learned}",
        )


def _learned_blocks(own: RelationsSection, zoo: ModelZoo, model: str) -> int | None:
    """How many blocks of a model, the first ones, start from learned weights; None for all."""
    origin = zoo.models[model].origin
    if origin == "none":
        return 0
    recipe = own.pretraining.get(model) if origin == "pretrain" else None
    return recipe.blocks if recipe else None
