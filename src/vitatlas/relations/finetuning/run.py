"""Fine-tuning on a task (Lepori et al., appendix B), as a training that the loop can stop and continue.

1. A backbone, pretrained or not, with a fresh head; its first blocks may be frozen and its last ones start anew.
2. Cross-entropy over "different" and "same", plus auxiliary losses if there are any, AdamW, a new order of the scenes
   in every epoch, the last incomplete batch of it dropped.
3. After every epoch, or every few, the validation scenes; the weights with the highest accuracy on them (the lower loss
   if equal) are kept beside the last ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.build import Classifier
from vitatlas.models.stages import freeze, reinitialise, rest, stem, streams
from vitatlas.models.weights import load_backbone
from vitatlas.relations.auxiliary.losses import Auxiliary
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.config.training import Finetuning
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.finetuning.inputs import Inputs
from vitatlas.relations.finetuning.metrics import Measures, measure
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.training.optimizer import Optimizer

State = dict[str, Tensor]


def initial_classifier(
    network: Network, geometry: Geometry, settings: Finetuning, weights: Path | None, seed: int
) -> Classifier:
    """The model before the first step: pretrained weights from the file (None: random ones), what is to start anew
    drawn from `seed`, what is to be frozen without gradient.

    Raises:
        UserError: The weights do not fit, or more blocks are to be frozen or drawn anew than there are.
    """
    classifier = build(network, geometry, seed=seed)
    if weights is not None:
        load_backbone(classifier.backbone, weights, network)
        if settings.reinitialised_blocks:
            reinitialise(classifier, build(network, geometry, seed=seed), settings.reinitialised_blocks)
    freeze(classifier, settings.frozen_blocks)
    return classifier


def in_epoch(display_same: np.ndarray, settings: Finetuning, epoch: int, seed: int) -> np.ndarray:
    """The training scenes of one epoch (0 for the first), int64 [N]: each once, or, while the curriculum lasts, more of
    those with a same display pair and fewer of the others.

    Args:
        display_same: Which of the N scenes have one, bool [N].
        settings: Its `display_same` is the share in the first epoch; by the middle of the training it is one half.
        epoch: Of `settings.epochs`.
        seed: Which scenes are left out or repeated derives from it and the epoch.
    """
    scenes = np.arange(len(display_same))
    first, passed = settings.display_same or 0.5, epoch / settings.epochs
    share = max(0.5, first - (first - 0.5) * 2 * passed)
    if share == 0.5 or not display_same.any():
        return scenes
    rng = np.random.default_rng(derive_seed(seed, "curriculum", epoch))
    count = round(share * len(scenes))
    parts = ((scenes[display_same], count), (scenes[~display_same], len(scenes) - count))
    return np.concatenate([np.resize(rng.permutation(rows), wanted) for rows, wanted in parts])


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
        auxiliary: Losses beside the task's; their probes are trained with the classifier.

    Attributes:
        history: One row per split and look at it: epoch, step, split, loss (the task's), accuracy, auc, the figures of
            the auxiliary losses, learning_rate. The rows of "train" are means over the epoch's batches, taken while the
            weights changed.
        best: epoch, accuracy, loss and the classifier's `state` at the best look at the validation scenes, with that of
            the `auxiliary` losses.

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
        auxiliary: Auxiliary | None = None,
    ):
        self.title, self.settings, self.device, self.seed = title, settings, device, seed
        self.renderer, self.batch = renderer, settings.batch
        self.per_epoch = len(train) // settings.batch
        if not self.per_epoch:
            raise UserError(
                f"{len(train)} training scenes do not fill a batch of {settings.batch}",
                where="keys 'relations.finetuning.*.batch' and 'relations.stimuli.sizes.train'",
                remedy="choose a smaller batch or more scenes",
            )
        self.steps = settings.epochs * self.per_epoch
        self.classifier = classifier.to(device.torch)
        self.auxiliary = (auxiliary or Auxiliary()).to(device.torch)
        parameters = [*classifier.parameters(), *self.auxiliary.parameters()]
        self.optimizer = Optimizer(settings, parameters, self.steps, self.per_epoch)
        self.logits = device.compiled(self._trained_part())
        self.streams = device.compiled(self._traced_part())
        self.train, self.val = self.inputs(train), self.inputs(val)
        self._display_same = train.display_same == 1
        self.history: list[dict[str, Any]] = []
        self.best: dict[str, Any] = {}
        # Of this epoch, per batch: loss, right answers, figures of the auxiliary losses.
        self._sums = torch.zeros(2 + len(self.auxiliary.names), device=device.torch)
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

    def _traced_part(self) -> Callable[[Tensor], tuple[Tensor, dict[int, Tensor]]]:
        """From `inputs` to logits and what the auxiliary losses read."""
        blocks, layers = self.settings.frozen_blocks, self.auxiliary.layers

        def traced(inputs: Tensor) -> tuple[Tensor, dict[int, Tensor]]:
            tokens = inputs if blocks else stem(self.classifier, inputs, 0)
            return streams(self.classifier, tokens, blocks, layers)

        return traced

    def _forward(self, inputs: Inputs, index: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of some of the inputs, the auxiliary losses' sum (0 if there are none) and their figures."""
        with self.device.autocast():
            if not self.auxiliary.names:
                nothing = self._sums.new_zeros(1)
                return self.logits(inputs(index)), nothing[0], nothing[1:]
            logits, entering = self.streams(inputs(index))
            return logits, *self.auxiliary(self.classifier, entering, inputs.objects[index])

    def advance(self, step: int) -> Tensor:
        """One step of gradient descent; its loss."""
        index = self._rows(step)
        labels = self.train.labels[index]
        self.classifier.train()
        logits, auxiliary, figures = self._forward(self.train, index)
        loss = F.cross_entropy(logits.float(), labels)
        self.optimizer.apply(loss + auxiliary, step)
        right = (logits.argmax(1) == labels).float().mean()
        self._sums += torch.cat([torch.stack([loss.detach(), right]), figures])
        return (loss + auxiliary).detach()

    def _rows(self, step: int) -> Tensor:
        """The rows of the training scenes in a step: epoch e takes them in the order drawn from (seed, e)."""
        epoch, place = divmod(step, self.per_epoch)
        if self._order[0] != epoch:
            generator = torch.Generator().manual_seed(derive_seed(self.seed, "order", epoch))
            chosen = torch.from_numpy(in_epoch(self._display_same, self.settings, epoch, self.seed))
            order = chosen[torch.randperm(len(chosen), generator=generator)]
            self._order = (epoch, order.to(self.device.torch))
        return self._order[1][place * self.batch : (place + 1) * self.batch]

    def after(self, step: int) -> None:
        """At the end of an epoch: add to the history; look at the validation scenes if it is time."""
        epoch, place = divmod(step, self.per_epoch)
        if place:
            return
        loss, accuracy, *figures = (self._sums / self.per_epoch).tolist()
        self._sums.zero_()
        seen = self.per_epoch * self.batch
        self._note(epoch, step, "train", Measures(loss, accuracy, float("nan"), seen, self._named(figures)))
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
        self.best["auxiliary"] = _copied(self.auxiliary)

    def weights(self) -> State:
        """A copy of the classifier's weights."""
        return _copied(self.classifier)

    @torch.no_grad()
    def evaluate(self, inputs: Inputs, most: int | None = None, auxiliary: bool = True) -> Measures:
        """The classifier, as it is, on `inputs`: the first `most` of them, or all if None.

        Args:
            auxiliary: Whether to measure the auxiliary losses; their probes know the shapes and colors of the training.
        """
        self.classifier.eval()
        rows = torch.arange(len(inputs), device=self.device.torch)[:most]
        batches = rows.split(self.settings.evaluation_batch)
        if not (auxiliary and self.auxiliary.names):
            with self.device.autocast():
                logits = torch.cat([self.logits(inputs(index)) for index in batches])
            return measure(logits.float(), inputs.labels[rows])
        parts = [self._forward(inputs, index) for index in batches]
        figures = torch.stack([len(logits) * figures for logits, _, figures in parts]).sum(0) / len(rows)
        return measure(torch.cat([logits for logits, *_ in parts]).float(), inputs.labels[rows], self._named(figures))

    def _named(self, figures: Iterable[Any]) -> dict[str, float]:
        return {name: float(value) for name, value in zip(self.auxiliary.names, figures, strict=True)}

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on; the position in the data follows from the step."""
        return {
            "classifier": self.classifier.state_dict(),
            "auxiliary": self.auxiliary.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": self.history,
            "best": self.best,
            "sums": self._sums,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.classifier.load_state_dict(state["classifier"])
        self.auxiliary.load_state_dict(state["auxiliary"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.history, self.best = state["history"], state["best"]
        self._sums = state["sums"].to(self.device.torch)


def _copied(module: nn.Module) -> State:
    return {key: value.detach().clone() for key, value in module.state_dict().items()}
