"""The part of a training that goes down a loss and keeps a history of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from vitatlas.training.optimizer import Optimizer


class Recorded:
    """The base of trainings whose history is taken from the batches they train on.

    Args:
        optimizer: What goes down the loss.
        steps: How many steps there are.
        every: Steps between rows of the history; the last step has some, too.

    Attributes:
        history: One row per figure: step, metric, value, learning_rate.
    """

    def __init__(self, optimizer: Optimizer, steps: int, every: int):
        self.optimizer, self.steps, self._every = optimizer, steps, every
        self.history: list[dict[str, Any]] = []
        self._figures: dict[str, Tensor] = {}

    def descend(self, loss: Tensor, figures: Mapping[str, Tensor], step: int) -> Tensor:
        """One step down the gradient of a loss, which is the first of the figures; the loss."""
        self.optimizer.apply(loss, step)
        self._figures = {"loss": loss.detach(), **figures}
        return loss.detach()

    def after(self, step: int) -> None:
        """Add to the history if it is time."""
        if step % self._every == 0 or step == self.steps:
            rate = self.optimizer.learning_rate(step - 1)
            self.history += [
                {"step": step, "metric": name, "value": value.item(), "learning_rate": rate}
                for name, value in self._figures.items()
            ]
