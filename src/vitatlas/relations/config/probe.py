"""The section `probe` of the configuration: how the relational stage is analysed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from vitatlas.config.names import NameOf
from vitatlas.config.numbers import Count, Positive
from vitatlas.config.runs import require_exactly
from vitatlas.config.strict import Strict

PROBED = "rmts"
"""The task with an intermediate judgement."""

PROBE_SPLITS = ("train", "test_iid")
"""Probes are trained on the first and measured on the second, on which interventions are made too."""


class Probing(Strict):
    """Linear probes of the intermediate judgement, and interventions along them (Lepori et al., section 5)."""

    images_per_label: dict[Annotated[str, NameOf("split")], Count] = Field(
        description="images per answer of the task, from either of which the probe gets two pairs; splits: "
        f"{', '.join(PROBE_SPLITS)}"
    )
    layers: list[Annotated[int, Field(ge=0)]] | None = Field(
        default=None, min_length=1, description="blocks after which to probe and to intervene; null: all"
    )
    alphas: list[Annotated[float, Field(ge=0)]] = Field(
        default=[0.5, 1.0, 2.0], min_length=1, description="how many times a probe's direction is added to the tokens"
    )
    learning_rate: float = Field(default=1e-2, gt=0, description="learning rate of AdamW, constant")
    weight_decay: float = Field(default=1e-2, ge=0, description="decoupled weight decay")
    epochs: Positive = Field(default=10, description="passes over the pairs of the training images")
    batch: Positive = Field(default=64, description="pairs per step")
    evaluation_batch: Positive = Field(default=250, description="images per forward pass")
    cache_mb: Positive = Field(
        description="room for the pairs' tokens in the training images, in MB of the computing device's memory: as "
        "many layers as fit are computed in one pass and trained together, at least one"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Probing:
        require_exactly("images_per_label", self.images_per_label, PROBE_SPLITS, "split")
        if len(set(self.alphas)) < len(self.alphas):
            raise ValueError("alphas: a number is named twice")
        return self
