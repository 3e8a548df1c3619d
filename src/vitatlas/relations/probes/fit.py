"""Linear probes, one per layer, trained at once: cross-entropy, AdamW at a constant rate (Lepori et al., section 5).

Each probe starts from its own random weights, drawn as torch draws a linear layer's. All see the same pairs in the same
order; no probe's training depends on the others beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.seeds import derive_seed
from vitatlas.relations.config.probe import Probing

CLASSES = 2


@dataclass(frozen=True)
class Probes:
    """Probes of L layers; class 1 is "same".

    Attributes:
        layers: The blocks after which interventions along them are made.
        weight: [L, 2, F].
        bias: [L, 2].
    """

    layers: list[int]
    weight: Tensor
    bias: Tensor

    def logits(self, vectors: Tensor) -> Tensor:
        """[L, B, 2] of `vectors` [L, B, F]."""
        return torch.baddbmm(self.bias.unsqueeze(1), vectors, self.weight.mT)

    def directions(self, width: int) -> Tensor:
        """[L, 2, 2n, D]: what is added to a pair's tokens to make them look different (0) or the same (1)."""
        return self.weight.unflatten(-1, (-1, width))

    @classmethod
    def joined(cls, parts: Sequence[Probes]) -> Probes:
        """The probes of several groups of layers."""
        layers = [layer for part in parts for layer in part.layers]
        return cls(layers, torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts]))


def learn(vectors: Tensor, same: Tensor, layers: list[int], settings: Probing, seed: int) -> Probes:
    """Train one probe per layer.

    Args:
        vectors: What they read, [L, M, F].
        same: What they are to say, int64 [M].
        layers: The layers' numbers.
        settings: Optimisation.
        seed: Initial weights (with the layer's number) and the order of the pairs derive from it.

    Raises:
        UserError: A loss is no number any more.
    """
    starts = [_start(vectors.shape[2], derive_seed(seed, "start", layer)) for layer in layers]
    weight, bias = (torch.stack(values).to(vectors).requires_grad_() for values in zip(*starts, strict=True))
    probes = Probes(layers, weight, bias)
    adam = torch.optim.AdamW([weight, bias], settings.learning_rate, weight_decay=settings.weight_decay, fused=True)
    for epoch in range(settings.epochs):
        order = torch.randperm(len(same), generator=_generator(derive_seed(seed, "order", epoch))).to(same.device)
        total = torch.zeros(len(layers), device=same.device)
        for rows in order.split(settings.batch):
            losses = _losses(probes, vectors[:, rows], same[rows])
            adam.zero_grad(set_to_none=True)
            losses.sum().backward()
            adam.step()
            total += losses.detach()
        _check(total, layers, epoch)
    return Probes(layers, weight.detach(), bias.detach())


def _losses(probes: Probes, vectors: Tensor, same: Tensor) -> Tensor:
    """Mean cross-entropy of each probe: [L]."""
    every = F.cross_entropy(probes.logits(vectors).flatten(0, 1), same.repeat(len(vectors)), reduction="none")
    return every.view(len(vectors), -1).mean(1)


def _start(size: int, seed: int) -> tuple[Tensor, Tensor]:
    """Weight [2, F] and bias [2], uniform up to 1 / √F."""
    numbers = torch.rand(CLASSES, size + 1, generator=_generator(seed)).mul_(2).sub_(1).div_(math.sqrt(size))
    return numbers[:, :size], numbers[:, size]


def _generator(seed: int) -> torch.Generator:
    """On the CPU, so that every device gets the same."""
    return torch.Generator().manual_seed(seed)


def _check(losses: Tensor, layers: list[int], epoch: int) -> None:
    for layer, loss in zip(layers, losses.tolist(), strict=True):
        if not math.isfinite(loss):
            raise UserError(
                f"the probe of layer {layer} diverged: its loss is {loss} in epoch {epoch + 1}",
                where="key 'relations.probe.learning_rate'",
                remedy="lower it",
            )
