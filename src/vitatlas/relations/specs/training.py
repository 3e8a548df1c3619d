"""Builders of the specs of rules that train and measure models."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import require_known
from vitatlas.jobs.gather_spec import GatherSpec, Order
from vitatlas.paper.specs import builder
from vitatlas.relations.auxiliary.spec import FinetuneAuxiliarySpec
from vitatlas.relations.config.training import Finetuning
from vitatlas.relations.finetuning.spec import FinetuneSpec
from vitatlas.relations.pretraining.spec import PretrainSpec
from vitatlas.relations.recipes import check_recipe
from vitatlas.relations.settings import RelationsSettings


@builder(gpu=True, size=("pretraining", "steps"))
def pretrain(of: RelationsSettings, wildcards: Any) -> PretrainSpec:
    """The spec of rule `pretrain`.

    Raises:
        UserError: The configuration does not say how this model is pretrained.
    """
    recipes = of.own.pretraining
    require_known(wildcards.model, recipes, "model that the workflow pretrains", "the requested target")
    return PretrainSpec(
        **of.model(wildcards.model),
        run=int(wildcards.run),
        pretraining=recipes[wildcards.model],
        noise_std=of.own.stimuli.noise_std,
        compute=of.config.compute_of("pretrain"),
        seed=of.seed("pretrain", wildcards.model, f"run{wildcards.run}"),
    )


@builder(gpu=True, size=("training", "epochs"), trains=True)
def finetune(of: RelationsSettings, wildcards: Any) -> FinetuneSpec:
    """The spec of rule `finetune`.

    Raises:
        UserError: The recipe does not suit the model.
    """
    key = of.own.finetuning_key(wildcards.model, wildcards.task)
    return FinetuneSpec(**_finetuning(of, wildcards, "finetune", of.own.finetuning[key], f"finetuning.{key}"))


@builder(gpu=True, size=("training", "epochs"), trains=True)
def finetune_auxiliary(of: RelationsSettings, wildcards: Any) -> FinetuneAuxiliarySpec:
    """The spec of rule `finetune_auxiliary`.

    Raises:
        UserError: The configuration has no variant of this name, or the recipe does not suit the model.
    """
    variants = of.own.auxiliary.variants
    require_known(wildcards.auxiliary, variants, "variant of auxiliary losses", "the requested target")
    training = of.own.auxiliary_finetuning_of(wildcards.model, wildcards.task)
    return FinetuneAuxiliarySpec(
        **_finetuning(of, wildcards, "finetune_auxiliary", training, "auxiliary.finetuning"),
        variant=wildcards.auxiliary,
        losses=variants[wildcards.auxiliary],
    )


def _finetuning(of: RelationsSettings, wildcards: Any, rule: str, training: Finetuning, key: str) -> dict[str, Any]:
    of.annex(wildcards.model)
    check_recipe(of.own, of.zoo, wildcards.model, training, key)
    return of.cell(wildcards) | {
        "run": int(wildcards.run),
        "seed": of.config.seed,
        "noise_std": of.own.stimuli.noise_std,
        "training": training,
        "compute": of.config.compute_of(rule),
    }


@builder(image="figures")
def behaviour(of: RelationsSettings, wildcards: Any) -> GatherSpec:
    """The spec of rule `behaviour`: the runs of a cell together."""
    return GatherSpec(cell=_named(wildcards), by="run")


@builder(image="figures")
def das_table(of: RelationsSettings, wildcards: Any) -> GatherSpec:
    """The spec of rule `das_table`: the searches of a cell together."""
    return GatherSpec(cell=_named(wildcards), by="run")


@builder(image="figures")
def auxiliary(of: RelationsSettings, wildcards: Any) -> GatherSpec:
    """The spec of rule `auxiliary`: the variants and runs of a cell together."""
    rows = of.own.auxiliary.rows_of(wildcards.task)
    return GatherSpec(cell=_named(wildcards), by="run", first_by=Order(column="auxiliary", words=rows))


def _named(wildcards: Any) -> dict[str, str]:
    return {"model": wildcards.model, "task": wildcards.task, "setting": wildcards.setting}
