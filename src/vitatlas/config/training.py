"""The keys that every training has, whatever it trains."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from vitatlas.config.idle import refuse_idle
from vitatlas.config.numbers import Decay
from vitatlas.config.strict import Strict


class Optimisation(Strict):
    """AdamW and its learning-rate schedule."""

    learning_rate: float = Field(gt=0, description="highest learning rate of AdamW")
    matrix_learning_rate: float | None = Field(
        default=None,
        gt=0,
        description="highest learning rate of Muon on the matrices of a network's blocks; null: AdamW on all weights",
    )
    schedule: Literal["constant", "exponential", "cosine", "trapezoid"] = Field(
        default="constant",
        description="constant; exponential: times `decay` after every epoch; cosine: to zero at the last step; "
        "trapezoid: constant, and in the second half in a straight line to zero",
    )
    decay: float = Field(default=0.95, gt=0, le=1, description="factor per epoch of the exponential schedule")
    warmup: float = Field(default=0.0, ge=0, lt=1, description="share of the steps in which the rate rises from zero")
    weight_decay: float = Field(default=0.01, ge=0, description="decoupled weight decay")
    betas: tuple[Decay, Decay] = Field(default=(0.9, 0.999), description="decay rates of AdamW's two moments")
    clip: float | None = Field(default=None, gt=0, description="largest norm of the gradient; null: no clipping")
    batch: int = Field(gt=0, description="images per step")

    @model_validator(mode="after")
    def _no_idle_decay(self) -> Optimisation:
        refuse_idle(self, "schedule", "exponential", "decay")
        return self
