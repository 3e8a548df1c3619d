"""The learning of maps, as a training that the loop can stop and continue.

Data term: the mean over images of 1 - cos(Σ_i f_i(c_i), target). Adam, a new order of the images in every epoch, the
last incomplete batch of it dropped. After every epoch the distance on held-out images is measured; the maps of the
epoch where it was smallest are kept. (The authors stop by the loss of single training batches.)
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.components.align.config import Alignment
from vitatlas.components.align.learners import Learner
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.pairs import Pairs
from vitatlas.errors import UserError
from vitatlas.jobs.seeds import derive_seed


class AlignmentTraining:
    """One training, between any two steps of which it can be stopped.

    Args:
        title: Shown with the progress.
        learner: The maps before the first step.
        settings: The optimisation.
        train, held_out: Images to learn from, and to choose the epoch by.
        device: Where to run.
        seed: The order of the images derives from it.

    Attributes:
        history: Three rows per epoch: epoch, step, metric, value. `distance` and `penalty` (unweighted; 0 if the method
            has none) are means over the epoch's batches, taken while the maps changed; `held_out` is the distance on
            the held-out images after it.
        best: epoch, held_out (the distance), weights and bias of the best epoch so far; empty before the first.

    Raises:
        UserError: There are fewer training images than a batch takes.
    """

    def __init__(
        self,
        title: str,
        learner: Learner,
        settings: Alignment,
        train: Pairs,
        held_out: Pairs,
        device: torch.device,
        seed: int,
    ):
        self.title, self.batch, self.device, self.seed = title, settings.batch, device, seed
        self.per_epoch = len(train) // settings.batch
        if not self.per_epoch:
            raise UserError(
                f"{len(train)} images do not fill a batch of {settings.batch}",
                where=train.where,
                remedy="choose a smaller batch, or align with more images",
            )
        self.steps = settings.epochs * self.per_epoch
        self.train, self.held_out = train, held_out
        self.learner = learner.to(device)
        decay = settings.weight_decay if learner.decays else 0.0
        self.adam = torch.optim.Adam(learner.parameters(), settings.learning_rate, weight_decay=decay, fused=True)
        self.history: list[dict[str, Any]] = []
        self.best: dict[str, Any] = {}
        self._sums = torch.zeros(2, device=device)  # of this epoch: distance, penalty
        self._order = (-1, torch.empty(0, dtype=torch.int64))

    def advance(self, step: int) -> Tensor:
        """One step of gradient descent; its loss."""
        contributions, targets = (part.to(self.device) for part in self.train.batch(self._rows(step).numpy()))
        distance = distances(self.learner.maps().total(contributions), targets).mean()
        penalty = self.learner.penalty()
        loss = distance + self.learner.weight * penalty
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.learner.before_step()
        self.adam.step()
        self.learner.after_step()
        self._sums += torch.stack([distance, penalty]).detach()
        return loss.detach()

    def _rows(self, step: int) -> Tensor:
        """The rows of the training images in a step: epoch e takes them in the order drawn from (seed, e).

        Sorted within the batch, because a file is read faster in its order.
        """
        epoch, place = divmod(step, self.per_epoch)
        if self._order[0] != epoch:
            generator = torch.Generator().manual_seed(derive_seed(self.seed, "order", epoch))
            self._order = (epoch, torch.randperm(len(self.train), generator=generator))
        return self._order[1][place * self.batch : (place + 1) * self.batch].sort().values

    def after(self, step: int) -> None:
        """At the end of an epoch: look at the held-out images, add to the history, keep the maps if they are best.

        Raises:
            UserError: The maps are not finite any more.
        """
        epoch, place = divmod(step, self.per_epoch)
        if place:
            return
        held_out = mean_distance(self.learner.maps(), self.held_out)
        if not math.isfinite(held_out):
            problem = f"training diverged: maps are not finite after epoch {epoch}"
            raise UserError(problem, where=self.title, remedy="lower learning_rate")
        self._note(epoch, step, held_out)
        if not self.best or held_out < self.best["held_out"]:
            maps = self.learner.maps()
            tensors = {"weights": maps.weights.detach().clone(), "bias": maps.bias.detach().clone()}
            self.best = {"epoch": epoch, "held_out": held_out, **tensors}

    def _note(self, epoch: int, step: int, held_out: float) -> None:
        distance, penalty = (self._sums / self.per_epoch).tolist()
        self._sums.zero_()
        values = {"distance": distance, "penalty": penalty, "held_out": held_out}
        self.history += [{"epoch": epoch, "step": step, "metric": name, "value": values[name]} for name in values]

    def kept(self) -> Maps:
        """The maps of the best epoch, on the CPU."""
        best = self.best
        return Maps(self.learner.method, best["weights"], best["bias"], self.learner.components).to("cpu")

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on; the order of the images follows from the step."""
        parts = {"learner": self.learner.state_dict(), "adam": self.adam.state_dict(), "sums": self._sums}
        return {**parts, "history": self.history, "best": self.best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.learner.load_state_dict(state["learner"])
        self.adam.load_state_dict(state["adam"])
        self._sums.copy_(state["sums"])
        self.history, self.best = state["history"], state["best"]


def distances(images: Tensor, targets: Tensor) -> Tensor:
    """1 - cosine of vectors [images, text width] with their targets; [images]."""
    return 1 - F.cosine_similarity(images, targets, dim=1)


@torch.no_grad()
def mean_distance(maps: Maps, pairs: Pairs) -> float:
    """The mean over images of 1 - cos(Σ_i f_i(c_i), target), on the maps' device."""
    total = torch.zeros((), dtype=torch.float64, device=maps.bias.device)
    for contributions, targets in pairs.batches():
        contributions, targets = contributions.to(total.device), targets.to(total.device)
        total += distances(maps.total(contributions), targets).double().sum()
    return float(total) / len(pairs)
