"""AdamW, and Muon where asked for, with learning rates that are a pure function of the step, so that nothing about them
has to be remembered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.config.training import Optimisation


def learning_rate(settings: Optimisation, step: int, steps: int, per_epoch: int) -> float:
    """The learning rate of a step.

    Linear warm-up to `settings.learning_rate` over the first `settings.warmup` of the steps; then, as the schedule
    says: constant; or times `settings.decay` for every finished epoch; or half a cosine, zero after the last step; or
    constant, and in the second half of the steps in a straight line to zero.

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
    if settings.schedule == "trapezoid":
        return settings.learning_rate * min(1, 2 * (1 - step / steps))
    if settings.schedule == "exponential":
        return settings.learning_rate * settings.decay ** (step // per_epoch)
    return settings.learning_rate


class Optimizer:
    """AdamW on the parameters that need a gradient; Muon on some matrices, if so configured.

    Args:
        settings: Rates, decay, clipping.
        parameters: What to train; parameters without gradient are left out.
        steps: How many steps there will be.
        per_epoch: Steps per epoch.
        matrices: Those of the parameters that Muon trains where `settings.matrix_learning_rate` is set.
    """

    def __init__(
        self,
        settings: Optimisation,
        parameters: Iterable[nn.Parameter],
        steps: int,
        per_epoch: int,
        matrices: Sequence[nn.Parameter] = (),
    ):
        self.settings, self.steps, self.per_epoch = settings, steps, per_epoch
        self.parameters = [parameter for parameter in parameters if parameter.requires_grad]
        by_muon = {id(matrix) for matrix in matrices} if settings.matrix_learning_rate else set()
        self.adamw = torch.optim.AdamW(
            [parameter for parameter in self.parameters if id(parameter) not in by_muon],
            lr=settings.learning_rate,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
            fused=True,
        )
        self.muon = self._muon([parameter for parameter in self.parameters if id(parameter) in by_muon])

    def _muon(self, matrices: list[nn.Parameter]) -> torch.optim.Muon | None:
        """Muon (Jordan et al., 2024), with steps as long as AdamW's of the same rate."""
        if not matrices:
            return None
        decay = self.settings.weight_decay
        return torch.optim.Muon(matrices, weight_decay=decay, adjust_lr_fn="match_rms_adamw")

    def learning_rate(self, step: int) -> float:
        """The learning rate of a step, 0 for the first."""
        return learning_rate(self.settings, step, self.steps, self.per_epoch)

    def apply(self, loss: Tensor, step: int) -> None:
        """One step down the gradient of `loss`."""
        rate = self.learning_rate(step)
        self._set_rate(self.adamw, rate)
        if self.muon is not None:
            highest = self.settings.matrix_learning_rate or 0
            self._set_rate(self.muon, rate / self.settings.learning_rate * highest)
        optimizers = [self.adamw, self.muon] if self.muon is not None else [self.adamw]
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.settings.clip is not None:
            nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
        for optimizer in optimizers:
            optimizer.step()

    @staticmethod
    def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
        for group in optimizer.param_groups:
            group["lr"] = rate

    def state_dict(self) -> dict[str, Any]:
        """AdamW's moments, and Muon's."""
        if self.muon is None:
            return self.adamw.state_dict()
        return {"adamw": self.adamw.state_dict(), "muon": self.muon.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        if self.muon is None:
            self.adamw.load_state_dict(state)
        else:
            self.adamw.load_state_dict(state["adamw"])
            self.muon.load_state_dict(state["muon"])
