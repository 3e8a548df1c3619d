"""The pretraining of an encoder, as a training that the loop can stop and continue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn

from vitatlas.device import Device
from vitatlas.encoders.config import EncoderTraining
from vitatlas.encoders.methods.method import Method
from vitatlas.models.encoder_weights import heads_of
from vitatlas.training.optimizer import Optimizer
from vitatlas.training.recorded import Recorded

NOTE_EVERY = 25
"""Steps between rows of the history."""


class EncoderRun(Recorded):
    """One pretraining, between any two steps of which it can be stopped.

    Args:
        title: Shown with the progress.
        method: The objective, with the encoder in it.
        settings: The optimisation.
        device: Where to run.

    Attributes:
        history: One row per figure, every 25 steps: step, metric, value, learning_rate.
    """

    def __init__(self, title: str, method: Method, settings: EncoderTraining, device: Device):
        self.title, self.batch, self.device = title, settings.batch, device
        self.method = method.to(device.torch).train()
        steps, by_muon = settings.steps, list(matrices(method.encoder.backbone))
        super().__init__(Optimizer(settings, method.parameters(), steps, steps, by_muon), steps, NOTE_EVERY)

    def advance(self, step: int) -> Tensor:
        """One step of gradient descent; its loss."""
        with self.device.autocast():
            loss, figures = self.method(step)
        return self.descend(loss, figures, step)

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on; the scenes follow from the step."""
        parts = {"method": self.method.state_dict(), "optimizer": self.optimizer.state_dict()}
        return {**parts, "history": self.history}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.method.load_state_dict(state["method"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.history = state["history"]


def matrices(backbone: nn.Module) -> Iterator[nn.Parameter]:
    """The matrices of a network's blocks: weights of linear layers, without those of its head."""
    heads = set(heads_of(backbone))
    for name, module in backbone.named_modules():
        if isinstance(module, nn.Linear) and name not in heads:
            yield module.get_parameter("weight")
