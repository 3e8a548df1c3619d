"""AdamW with a learning rate that is a pure function of the step, so that nothing about it has to be remembered."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.config.training import Optimisation


def learning_rate(settings: Optimisation, step: int, steps: int, per_epoch: int) -> float:
    """The learning rate of a step.

    Linear warm-up to `settings.learning_rate` over the first `settings.warmup` of the steps; then, as the schedule
    says: constant; or times `settings.decay` for every finished epoch; or half a cosine, zero after the last step.

    Args:
        settings: The peak and the schedule.
        step: 0 for the first.
        steps: How many there are.
        per_epoch: Steps per epoch.
    """
    warm = round(settings.warmup * steps)
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    if settings.schedule == "cosine":
        return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))
    if settings.schedule == "exponential":
        return settings.learning_rate * settings.decay ** (step // per_epoch)
    return settings.learning_rate


class Optimizer:
    """AdamW on the parameters that need a gradient.

    Args:
        settings: Rates, decay, clipping.
        parameters: What to train; parameters without gradient are left out.
        steps: How many steps there will be.
        per_epoch: Steps per epoch.
    """

    def __init__(self, settings: Optimisation, parameters: Iterable[nn.Parameter], steps: int, per_epoch: int):
        self.settings, self.steps, self.per_epoch = settings, steps, per_epoch
        self.parameters = [parameter for parameter in parameters if parameter.requires_grad]
        self.adamw = torch.optim.AdamW(
            self.parameters,
            lr=settings.learning_rate,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
            fused=True,
        )

    def learning_rate(self, step: int) -> float:
        """The learning rate of a step, 0 for the first."""
        return learning_rate(self.settings, step, self.steps, self.per_epoch)

    def apply(self, loss: Tensor, step: int) -> None:
        """One step down the gradient of `loss`."""
        for group in self.adamw.param_groups:
            group["lr"] = self.learning_rate(step)
        self.adamw.zero_grad(set_to_none=True)
        loss.backward()
        if self.settings.clip is not None:
            nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
        self.adamw.step()

    def state_dict(self) -> dict[str, Any]:
        """AdamW's moments."""
        return self.adamw.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.adamw.load_state_dict(state)
