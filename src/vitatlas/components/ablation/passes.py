"""The two passes over pictures: the mean of each layer, then classes with more and more layers at their means.

No more than one batch is in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from vitatlas.components.ablation.head import logits_of
from vitatlas.components.ablation.order import Order, with_bias_in_init
from vitatlas.components.ablation.steps import steps
from vitatlas.components.decompose import Decomposer


def means_of(of: Decomposer, batches: Iterable[Tensor]) -> Tensor:
    """The mean of init, with the bias, and of each layer: float64 [1 + layers, d].

    Args:
        of: With the heads of a layer together.
        batches: Of pictures [B, 3, side, side] uint8.
    """
    sums, count = [], 0
    for images in batches:
        _, vectors = of(images)
        sums.append(with_bias_in_init(vectors, of.components).double().sum(0))
        count += len(images)
    return torch.stack(sums).sum(0) / count


def right_at_steps(
    of: Decomposer, batches: Iterable[Tensor], classes: Tensor, means: Tensor, orders: Sequence[Order]
) -> list[Tensor]:
    """How many pictures are classified rightly at each step of each order: int64 [steps + 1] each.

    Args:
        of, batches: As of `means_of`; the encoder's head reads z.
        classes: Of the pictures, int64 [N].
        means: What `means_of` found.
        orders: In which layers are set to their means.
    """
    found = [classes.new_zeros(1 + len(order.components)) for order in orders]
    start = 0
    for images in batches:
        z, vectors = of(images)
        vectors, wanted = with_bias_in_init(vectors, of.components), classes[start : start + len(z)]
        start += len(z)
        for counts, order in zip(found, orders, strict=True):
            changed = steps(z, vectors[:, order.components], means[order.components].to(z))
            logits = logits_of(of.encoder, changed.flatten(0, 1)).unflatten(0, changed.shape[:2])
            counts += (logits.argmax(-1) == wanted[:, None]).sum(0)
    return found
