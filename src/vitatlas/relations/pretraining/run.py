"""Pretraining, as a training that the loop can stop and continue."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.build import Classifier
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.pretraining.methods import METHODS
from vitatlas.relations.pretraining.shown import Shown
from vitatlas.relations.pretraining.world import World
from vitatlas.training.optimizer import Optimizer
from vitatlas.training.recorded import Recorded

NOTE_EVERY = 50
"""Steps between rows of the history."""


class PretrainingRun(Recorded):
    """One pretraining, between any two steps of which it can be stopped.

    Args:
        title: Shown with the progress.
        classifier: Its backbone is trained; its head is not touched.
        settings: Method and optimisation.
        world: What there is to see.
        device: Where to run.
        seed: All that is random derives from it.

    Attributes:
        history: One row per figure, every 50 steps: step, metric, value, learning_rate.
        shown: What of the tasks' objects the scenes have shown.

    Raises:
        UserError: The model has fewer blocks than are to be trained.
    """

    def __init__(
        self, title: str, classifier: Classifier, settings: Pretraining, world: World, device: Device, seed: int
    ):
        if settings.blocks > classifier.depth:
            raise UserError(
                f"blocks is {settings.blocks}, but the model has {classifier.depth}",
                where="key 'relations.pretraining.*.blocks'",
                remedy=f"choose 1 to {classifier.depth}",
            )
        self.title, self.settings, self.world, self.device, self.seed = title, settings, world, device, seed
        self.batch = settings.batch
        self.classifier = classifier.to(device.torch)
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(derive_seed(seed, "method"))
            self.method = METHODS[settings.method](classifier, settings, world).to(device.torch)
        parameters = [*classifier.backbone.parameters(), *self.method.parameters()]
        super().__init__(Optimizer(settings, parameters, settings.steps, settings.steps), settings.steps, NOTE_EVERY)
        self.shown = Shown(world)

    def advance(self, step: int) -> Tensor:
        """One step of gradient descent; its loss."""
        rng = np.random.default_rng(derive_seed(self.seed, "step", step))
        draw = self.world.draw(self.batch, step)
        self.shown.count(draw.shape, draw.color)
        with self.device.autocast():
            loss, figures = self.method(self.classifier, draw, rng)
        return self.descend(loss, figures, step)

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on; the scenes follow from the step."""
        return {
            "backbone": self.classifier.backbone.state_dict(),
            "method": self.method.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": self.history,
            "shown": self.shown.counts,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.classifier.backbone.load_state_dict(state["backbone"])
        self.method.load_state_dict(state["method"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.history = state["history"]
        self.shown.counts = state["shown"]
