"""Learning one subspace: of one property, at one layer, from source tokens chosen by one control.

Cross-entropy of the answer to the edited image's right label, plus a penalty on the size of the mask; Adam with a
linear warm-up and a linear descent to zero; the mask colder in every epoch. Within a step, source tokens are assigned
to base tokens by one random permutation, so that what is learned does not depend on where in the object a token lies.
Lepori et al. (NeurIPS 2024), appendix on alignment search, and the authors' code.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import StopRequest
from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.interchange import put, take
from vitatlas.relations.config.das import Search
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.learned import Item
from vitatlas.relations.das.operator import Subspace, blend, temperature
from vitatlas.relations.das.streams import Streams

SETTLED = 0.05
"""A loss counts as converged if the last quarter of the epochs brought at most this share of what all of them did,"""

ENOUGH = 0.01
"""or less than this many nats."""


class Stopped(Exception):
    """A signal, named by the message, asked to stop; the item is dropped and will start anew."""


class Fit:
    """The training of one item.

    Args:
        item: What is learned.
        model, examples, streams: The model, the training examples, and what lies below the layer.
        settings: Optimisation.
        seed: Initial rotation, order of examples and permutations derive from it.

    Attributes:
        subspace: What is learned, on the device.
        history: One row per epoch: epoch, step (steps done), temperature; cross_entropy, penalty and accuracy, means
            over the epoch's steps (mask soft, tokens permuted); subspace_size after the epoch (mask binary).
    """

    def __init__(self, item: Item, model: CutModel, examples: Examples, streams: Streams, settings: Search, seed: int):
        self.item, self.model, self.examples, self.streams, self.settings = item, model, examples, streams, settings
        self.seed = derive_seed(seed, str(item))
        generator = torch.Generator().manual_seed(derive_seed(self.seed, "rotation"))
        self.subspace = Subspace(model.classifier.width, generator).to(model.classifier.head.weight)
        self._rates = (settings.rotation_learning_rate, settings.mask_learning_rate)
        self.adam = torch.optim.Adam([{"params": [self.subspace.skew]}, {"params": [self.subspace.logits]}], fused=True)
        self.per_epoch = len(examples) // settings.batch
        self.steps = settings.epochs * self.per_epoch
        self.history: list[dict[str, Any]] = []

    def run(self, stop: StopRequest | None = None) -> None:
        """All epochs.

        Raises:
            Stopped: `stop` holds a signal.
            UserError: The loss is no number any more.
        """
        for epoch in range(self.settings.epochs):
            order = self._permutation(len(self.examples), "order", epoch).to(self.examples.target.device)
            sums = torch.zeros(3, device=order.device)
            for place in range(self.per_epoch):
                if stop is not None and stop.signal:
                    raise Stopped(stop.signal.name)
                rows = order[place * self.settings.batch :][: self.settings.batch]
                sums += self.step(rows, epoch * self.per_epoch + place)
            self._note(epoch, sums)

    def step(self, rows: Tensor, step: int) -> Tensor:
        """One step of gradient descent on the examples `rows`; cross-entropy, penalty and accuracy [3]."""
        settings, epoch = self.settings, step // self.per_epoch
        for group, rate in zip(self.adam.param_groups, self._rates, strict=True):
            group["lr"] = rate * learning_rate(step, self.steps, settings.warmup)
        tokens, source = self.streams(self.item.layer, self.item.control, rows)
        source = source[:, self._permutation(source.shape[1], "tokens", step).to(rows.device)]
        edited, target = self.examples.edited[rows], self.examples.target[rows]
        mask = self.subspace.mask(temperature(epoch, settings.epochs))
        new = blend(take(tokens, edited), source, self.subspace.rotation(), mask)
        logits = self.model.above(put(tokens, edited, new), self.item.layer)
        loss, penalty = F.cross_entropy(logits, target), settings.penalty * mask.sum()
        self.adam.zero_grad(set_to_none=True)
        (loss + penalty).backward()
        self.adam.step()
        return torch.stack([loss, penalty, (logits.argmax(1) == target).float().mean()]).detach().float()

    def _permutation(self, count: int, *names: object) -> Tensor:
        generator = torch.Generator().manual_seed(derive_seed(self.seed, *names))
        return torch.randperm(count, generator=generator)

    def _note(self, epoch: int, sums: Tensor) -> None:
        loss, penalty, accuracy = (sums / self.per_epoch).tolist()
        if not loss < float("inf"):  # also catches NaN
            raise UserError(
                f"alignment search diverged: the loss is {loss} in epoch {epoch + 1}",
                where=str(self.item),
                remedy="lower relations.das.rotation_learning_rate and relations.das.mask_learning_rate",
            )
        row: dict[str, Any] = {"epoch": epoch + 1, "step": (epoch + 1) * self.per_epoch}
        row |= {"temperature": temperature(epoch, self.settings.epochs), "cross_entropy": loss}
        row |= {"penalty": penalty, "accuracy": accuracy, "subspace_size": int((self.subspace.logits > 0).sum())}
        self.history.append(row)


def learning_rate(step: int, steps: int, warmup: float) -> float:
    """The share of the highest rate in a step (0 for the first): a linear rise over the first `warmup` of all steps,
    then a linear fall that would reach zero one step after the last."""
    warm = round(warmup * steps)
    return (step + 1) / warm if step < warm else (steps - step) / (steps - warm)


def converged(losses: list[float]) -> bool:
    """Whether the last quarter of the epochs, of which these are the losses, changed little: `SETTLED`, `ENOUGH`."""
    late = losses[max(len(losses) * 3 // 4 - 1, 0)]
    return len(losses) > 1 and abs(late - losses[-1]) <= max(ENOUGH, SETTLED * abs(losses[0] - losses[-1]))


def warning(size: int, width: int) -> str | None:
    """The warning about a mask that keeps `size` of `width` dimensions."""
    if size == 0:
        return "the mask collapsed to nothing: the intervention changes nothing"
    if size == width:
        return "the mask keeps every dimension: whole tokens are exchanged"
    return None
