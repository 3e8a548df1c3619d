"""The sections `pretraining` and `finetuning` of the configuration: how models are trained."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from vitatlas.config.idle import refuse_idle
from vitatlas.config.training import Optimisation


class Finetuning(Optimisation):
    """Fine-tuning on a task (Lepori et al., appendix B): cross-entropy over the two answers."""

    epochs: int = Field(gt=0, description="passes over the training scenes; an incomplete last batch is dropped")
    frozen_blocks: int = Field(
        default=0,
        ge=0,
        description="first blocks that keep their weights, with the embedding; 0: everything is trained",
    )
    reinitialised_blocks: int = Field(
        default=0, ge=0, description="last blocks that start from random weights instead of the pretrained ones"
    )
    display_same: float | None = Field(
        default=None,
        ge=0.5,
        le=1,
        description="share of RMTS scenes with a same display pair in the first epoch; it falls to one half by the "
        "middle of the training, so that the relation between the pairs comes after that within them; null: one half "
        "from the start",
    )
    evaluate_every: int = Field(
        default=1, gt=0, description="epochs between looks at the validation scenes; the best of them is kept"
    )
    evaluation_batch: int = Field(default=512, gt=0, description="images per forward pass of an evaluation")


class Pretraining(Optimisation):
    """The workflow's own pretraining of a small backbone, on scenes of several objects."""

    method: Literal["objects", "captions", "mae"] = Field(
        description="objects: recognise objects and find identical ones; captions: match scenes with descriptions; "
        "mae: reconstruct masked patches"
    )
    steps: int = Field(gt=0, description="training steps, each on fresh scenes")
    objects: int = Field(default=4, ge=2, description="objects per scene")
    foreign: int = Field(
        default=256, gt=0, description="how many random silhouettes, and how many random colours, scenes are made of"
    )
    familiar: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of scenes made of the 32 combinations that every setting trains on; no other combination "
        "of the tasks' shapes and colours is ever shown in pretraining",
    )
    single_color: float = Field(default=0.25, ge=0, le=1, description="share of scenes in which all colours are equal")
    blocks: int = Field(
        default=4, gt=0, description="first blocks that are trained; the others keep their random weights"
    )
    features_block: int = Field(
        default=1,
        ge=0,
        description="method objects: block whose output tells shape and colour (0 is the first); whether an object "
        "has an identical one is asked of the last trained block",
    )
    relation_gradient: float = Field(
        default=1,
        ge=0,
        le=1,
        description="method objects: share of the relation's gradient that reaches the blocks up to `features_block`; "
        "with 0 they learn to recognise objects, and not to compare them",
    )
    distortion: float = Field(
        default=0,
        ge=0,
        description="method objects: before objects are compared, a random quarter of the residual stream's axes, and "
        "then all of it, is stretched or shrunk in each scene, each at most by exp(this): what is equal stays equal",
    )
    masked: float = Field(default=0.75, gt=0, lt=1, description="method mae: share of the patches to reconstruct")

    @model_validator(mode="after")
    def _in_order(self) -> Pretraining:
        refuse_idle(self, "method", "objects", "features_block", "relation_gradient", "distortion")
        refuse_idle(self, "method", "mae", "masked")
        if self.features_block >= self.blocks:
            raise ValueError(f"features_block {self.features_block} is not one of the {self.blocks} trained blocks")
        return self
