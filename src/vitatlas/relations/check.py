"""Checks that the types of this paper's section of the configuration cannot make: its models fit the zoo."""

from __future__ import annotations

from itertools import product

from vitatlas.config.models import ModelZoo
from vitatlas.config.names import DEFAULT
from vitatlas.config.read import require_known
from vitatlas.errors import UserError
from vitatlas.relations.config.auxiliary import PIPELINE_SPANS, Pipeline, Probe
from vitatlas.relations.config.models import PAPER
from vitatlas.relations.config.section import RelationsSection
from vitatlas.relations.recipes import check_recipe
from vitatlas.relations.vocabulary import TASKS


def check_models(own: RelationsSection, zoo: ModelZoo, origin: str) -> None:
    """Check the recipes of models, and the blocks that the section asks for.

    Args:
        own: All models that it names, but those of recipes for fine-tuning, are known to be of use to this paper.
        origin: Where the configuration comes from, for messages.

    Raises:
        UserError: A model that the zoo does not have, that this paper cannot use, that lacks a recipe, or that has
            fewer blocks.
    """
    for recipe in sorted(own.finetuning.keys() - {DEFAULT}):
        zoo.annex_of(_model_of(recipe, zoo, f"{origin}: key 'relations.finetuning'"), PAPER)
    used = sorted(set(own.stand_ins.values()))
    _check_blocks(own, zoo, used, origin)
    for model, task in product(sorted({*used, *_with_recipes(own)}), TASKS):
        key = own.finetuning_key(model, task)
        check_recipe(own, zoo, model, own.finetuning[key], f"finetuning.{key}")
    _check_batches(own, origin)
    zoo.require_pretraining(own.pretraining, f"{origin}: key 'relations.pretraining'")
    for model, entry in zoo.models.items():
        if entry.origin == "pretrain" and model in own.stand_ins.values() and model not in own.pretraining:
            raise UserError(
                f"model '{model}' is pretrained by the workflow, but nothing says how",
                where=f"{origin}: key 'relations.pretraining'",
                remedy=f"add relations.pretraining.{model}",
            )


def _with_recipes(own: RelationsSection) -> set[str]:
    """The models that have a recipe for fine-tuning of their own."""
    return {entry.partition("/")[0] for entry in own.finetuning} - {DEFAULT}


def _check_batches(own: RelationsSection, origin: str) -> None:
    """A batch must not be larger than the training set: incomplete ones are dropped."""
    scenes = own.stimuli.sizes["train"]
    recipes = {f"finetuning.{name}": recipe for name, recipe in own.finetuning.items()}
    recipes |= {f"auxiliary.finetuning.{name}": recipe for name, recipe in own.auxiliary.finetuning.items()}
    for key, recipe in recipes.items():
        if recipe.batch > scenes:
            raise UserError(
                f"key 'relations.{key}.batch': {recipe.batch} images do not come together of {scenes} training scenes",
                where=origin,
                remedy="take a smaller batch, or a larger relations.stimuli.sizes.train",
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


def _model_of(entry: str, zoo: ModelZoo, where: str) -> str:
    """The model that a recipe for fine-tuning is named after: `<model>`, or `<model>/<task>`."""
    model, _, task = entry.partition("/")
    require_known(model, zoo.models, "model", where)
    if task:
        require_known(task, TASKS, "task", where)
    return model


def _check_blocks(own: RelationsSection, zoo: ModelZoo, used: list[str], origin: str) -> None:
    """Every block and head that the section names must exist, in each model whose entry says how many it has."""
    asked = [(model, key, layer) for key, layers in _layers(own).items() for layer in layers for model in used]
    asked += [(model, f"pretraining.{model}", recipe.blocks - 1) for model, recipe in own.pretraining.items()]
    shown = own.attention.walkthrough_heads
    asked += [(model, f"attention.walkthrough_heads.{model}", layer) for model in shown for layer, _ in shown[model]]
    for model, key, block in asked:
        _require_below(zoo.models[model].depth, block, "block", f"relations.{key}", model, origin)
    heads = [(model, f"attention.walkthrough_heads.{model}", head) for model in shown for _, head in shown[model]]
    heads += [(model, key, head) for key, listed in _heads(own).items() for head in listed for model in used]
    for model, key, head in heads:
        _require_below(zoo.models[model].heads, head, "head", f"relations.{key}", model, origin)


def _layers(own: RelationsSection) -> dict[str, list[int]]:
    """The blocks that analyses and losses name, by key."""
    settings = {f"das.in_setting.{name}.layers": part.layers for name, part in own.das.in_setting.items()}
    named = {"das.layers": own.das.layers, "probe.layers": own.probe.layers, **settings}
    for variant in {name for names in own.auxiliary.rows.values() for name in names}:
        for loss in own.auxiliary.variants[variant]:
            key = f"auxiliary.variants.{variant}"
            if isinstance(loss, Probe):
                named[f"{key}.layer"] = None if loss.layer is None else [loss.layer]
            else:
                named |= {f"{key}.{term}": getattr(loss, term) for term in PIPELINE_SPANS}
    return {key: layers for key, layers in named.items() if layers is not None}


def _heads(own: RelationsSection) -> dict[str, list[int]]:
    """The heads that losses name, by key."""
    return {
        f"auxiliary.variants.{variant}.heads": loss.heads
        for variant in {name for names in own.auxiliary.rows.values() for name in names}
        for loss in own.auxiliary.variants[variant]
        if isinstance(loss, Pipeline) and loss.heads is not None
    }


def _require_below(count: int | None, number: int, what: str, key: str, model: str, origin: str) -> None:
    if count is not None and number >= count:
        raise UserError(
            f"key '{key}' asks for {what} {number}, but the model '{model}' has {count} {what}s, 0 to {count - 1}",
            where=origin,
        )
