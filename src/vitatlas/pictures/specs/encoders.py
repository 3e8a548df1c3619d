"""Builders of the specs of rules that pretrain encoders and measure them."""

from __future__ import annotations

from typing import Any

from vitatlas.config.read import require_known
from vitatlas.encoders.spec import EncoderQualitySpec, PretrainEncoderSpec
from vitatlas.jobs.gather_spec import GatherSpec
from vitatlas.paper.specs import builder
from vitatlas.pictures.settings import PicturesSettings


@builder(gpu=True, size=("training", "steps"))
def pretrain_encoder(of: PicturesSettings, wildcards: Any) -> PretrainEncoderSpec:
    """The spec of rule `pretrain_encoder`.

    Raises:
        UserError: The configuration does not say how this model is pretrained, or the model is no encoder.
    """
    name, recipes = wildcards.model, of.own.encoders.pretraining
    require_known(name, recipes, "encoder that the workflow pretrains", "the requested target")
    training = recipes[name]
    return PretrainEncoderSpec(
        name=name,
        run=int(wildcards.run),
        model=of.zoo.encoder(name),
        training=training,
        teacher=of.zoo.encoder(training.teacher) if training.teacher else None,
        start=of.zoo.encoder(training.start) if training.start else None,
        seed=of.seed("pretrain_encoder", name, f"run{wildcards.run}"),
        compute=of.config.compute_of("pretrain_encoder"),
    )


@builder(gpu=True)
def encoder_quality(of: PicturesSettings, wildcards: Any) -> EncoderQualitySpec:
    """The spec of rule `encoder_quality`. All encoders are measured on the same scenes."""
    name = wildcards.model
    return EncoderQualitySpec(
        name=name,
        run=int(wildcards.run),
        model=of.zoo.encoder(name),
        training=of.own.encoders.pretraining.get(name),
        world=of.own.encoders.world,
        scenes=of.own.encoders.scenes,
        seed=of.seed("encoder_quality"),
        weights_seed=of.seed("encoder_quality", name, f"run{wildcards.run}"),
        compute=of.config.compute_of("encoder_quality"),
    )


@builder(image="figures")
def encoder_table(of: PicturesSettings, wildcards: Any) -> GatherSpec:
    """The spec of rule `encoder_table`: the runs of an encoder together."""
    return GatherSpec(cell={"model": wildcards.model}, by="run")
