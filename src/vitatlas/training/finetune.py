"""Fine-tuning on a task (Lepori et al., appendix B), as a training that the loop can stop and continue.

1. A backbone, pretrained or not, with a fresh head; its first blocks may be frozen and its last ones start anew.
2. Cross-entropy over "different" and "same", AdamW, a new order of the scenes in every epoch, the last incomplete batch
   of it dropped.
3. After every epoch, or every few, the validation scenes; the weights with the highest accuracy on them (the lower loss
   if equal) are kept beside the last ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.config.models import Backbone, Geometry
from vitatlas.config.training import Finetuning
from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.models.build import Classifier, build
from vitatlas.models.weights import load_backbone
from vitatlas.seeds import derive_seed
from vitatlas.stimuli.render import Renderer
from vitatlas.stimuli.scenes import Scenes
from vitatlas.training.inputs import Inputs
from vitatlas.training.metrics import Measures, measure
from vitatlas.training.optimizer import Optimizer
from vitatlas.training.stages import freeze, reinitialise, rest, stem

State = dict[str, Tensor]


def initial_classifier(
    entry: Backbone, geometry: Geometry, settings: Finetuning, weights: Path | None, seed: int
) -> Classifier:
    """The model before the first step: pretrained weights from the file (None: random ones), what is to start anew
    drawn from `seed`, what is to be frozen without gradient.

    Raises:
        UserError: The weights do not fit, or more blocks are to be frozen or drawn anew than there are.
    """
    classifier = build(entry, geometry, seed=seed)
    if weights is not None:
        load_backbone(classifier, weights)
        if settings.reinitialised_blocks:
            reinitialise(classifier, build(entry, geometry, seed=seed), settings.reinitialised_blocks)
    freeze(classifier, settings.frozen_blocks)
    return classifier


class FinetuningRun:
    """One fine-tuning, between any two steps of which it can be stopped.

    Args:
        title: Shown with the progress.
        classifier: Where to start, as `initial_classifier` makes it.
        settings: Optimisation, epochs, evaluation.
        renderer: Draws scenes on the device.
        train, val: Scenes to train on and to choose the best weights by.
        device: Where to run.
        seed: The order of the scenes derives from it.

    Attributes:
        history: One row per split and look at it: epoch, step, split, loss, accuracy, auc, learning_rate. The rows of
            "train" are means over the epoch's batches, taken while the weights changed.
        best: epoch, accuracy, loss and the classifier's `state` at the best look at the validation scenes.

    Raises:
        UserError: There are fewer training scenes than a batch takes.
    """

    def __init__(
        self,
        title: str,
        classifier: Classifier,
        settings: Finetuning,
        renderer: Renderer,
        train: Scenes,
        val: Scenes,
        device: Device,
        seed: int,
    ):
        self.title, self.settings, self.device, self.seed = title, settings, device, seed
        self.renderer, self.batch = renderer, settings.batch
        self.per_epoch = len(train) // settings.batch
        if not self.per_epoch:
            raise UserError(
                f"{len(train)} training scenes do not fill a batch of {settings.batch}",
                where="keys 'finetuning.*.batch' and 'stimuli.sizes.train'",
                remedy="choose a smaller batch or more scenes",
            )
        self.steps = settings.epochs * self.per_epoch
        self.classifier = classifier.to(device.torch)
        self.optimizer = Optimizer(settings, classifier.parameters(), self.steps, self.per_epoch)
        self.logits = device.compiled(self._trained_part())
        self.train, self.val = self.inputs(train), self.inputs(val)
        self.history: list[dict[str, Any]] = []
        self.best: dict[str, Any] = {}
        self._sums = torch.zeros(2, device=device.torch)  # loss and right answers of this epoch, per batch
        self._order = (-1, torch.empty(0))

    def inputs(self, scenes: Scenes) -> Inputs:
        """Scenes as what the trained part of the model takes in."""
        blocks = self.settings.frozen_blocks
        frozen = partial(stem, self.classifier.eval(), blocks=blocks) if blocks else None
        with self.device.autocast():
            return Inputs(self.renderer, scenes, frozen, self.settings.evaluation_batch)

    def _trained_part(self) -> Callable[[Tensor], Tensor]:
        """From `inputs` to logits."""
        blocks = self.settings.frozen_blocks
        return partial(rest, self.classifier, blocks=blocks) if blocks else self.classifier

    def advance(self, step: int) -> Tensor:
        """One step of gradient descent; its loss."""
        index = self._rows(step)
        labels = self.train.labels[index]
        self.classifier.train()
        with self.device.autocast():
            logits = self.logits(self.train(index))
        loss = F.cross_entropy(logits.float(), labels)
        self.optimizer.apply(loss, step)
        right = (logits.argmax(1) == labels).float().mean()
        self._sums += torch.stack([loss.detach(), right])
        return loss.detach()

    def _rows(self, step: int) -> Tensor:
        """The rows of the training scenes in a step: epoch e takes them in the order drawn from (seed, e)."""
        epoch, place = divmod(step, self.per_epoch)
        if self._order[0] != epoch:
            generator = torch.Generator().manual_seed(derive_seed(self.seed, "order", epoch))
            order = torch.randperm(len(self.train), generator=generator)
            self._order = (epoch, order.to(self.device.torch))
        return self._order[1][place * self.batch : (place + 1) * self.batch]

    def after(self, step: int) -> None:
        """At the end of an epoch: add to the history; look at the validation scenes if it is time."""
        epoch, place = divmod(step, self.per_epoch)
        if place:
            return
        loss, accuracy = (self._sums / self.per_epoch).tolist()
        self._sums.zero_()
        seen = self.per_epoch * self.batch
        self._note(epoch, step, "train", Measures(loss, accuracy, float("nan"), seen))
        if epoch % self.settings.evaluate_every == 0 or step == self.steps:
            measures = self.evaluate(self.val)
            self._note(epoch, step, "val", measures)
            self._keep_best(epoch, measures)

    def _note(self, epoch: int, step: int, split: str, measures: Measures) -> None:
        rate = self.optimizer.learning_rate(step - 1)
        row = {"epoch": epoch, "step": step, "split": split, **dict(measures.items()), "learning_rate": rate}
        self.history.append(row)

    def _keep_best(self, epoch: int, measures: Measures) -> None:
        if self.best and (measures.accuracy, -measures.loss) <= (self.best["accuracy"], -self.best["loss"]):
            return
        self.best = {"epoch": epoch, "accuracy": measures.accuracy, "loss": measures.loss, "state": self.weights()}

    def weights(self) -> State:
        """A copy of the classifier's weights."""
        return {key: value.detach().clone() for key, value in self.classifier.state_dict().items()}

    @torch.no_grad()
    def evaluate(self, inputs: Inputs, most: int | None = None) -> Measures:
        """The classifier, as it is, on `inputs`: the first `most` of them, or all if None."""
        self.classifier.eval()
        rows = torch.arange(len(inputs), device=self.device.torch)[:most]
        with self.device.autocast():
            batches = rows.split(self.settings.evaluation_batch)
            return measure(torch.cat([self.logits(inputs(index)) for index in batches]).float(), inputs.labels[rows])

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on; the position in the data follows from the step."""
        return {
            "classifier": self.classifier.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": self.history,
            "best": self.best,
            "sums": self._sums,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.classifier.load_state_dict(state["classifier"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.history, self.best = state["history"], state["best"]
        self._sums = state["sums"].to(self.device.torch)
