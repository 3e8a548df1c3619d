"""Layers in the order in which they are set to their means (Balasubramanian et al., section 5).

`init`, which is no layer, comes first in both orders. The bias, which no layer writes, goes with it: its part of z
changes with the picture by the norms' scales alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.components.ablation.starts import LAST
from vitatlas.components.decompose import BIAS, Component


@dataclass(frozen=True)
class Order:
    """One order of init and layers.

    Attributes:
        start: One of `STARTS`.
        components: Their numbers, init first.
        names: What they are called.
        ends: Whether all layers of a block are at their means with this one, by step; False for init.
    """

    start: str
    components: list[int]
    names: list[str]
    ends: list[bool]


def order_from(start: str, components: Sequence[Component]) -> Order:
    """The order that begins at the last or at the first layer.

    Args:
        start: One of `STARTS`.
        components: Of a decomposition of all blocks with the heads of a layer together; in order, init first.
    """
    layers = [number for number, component in enumerate(components) if number and component.kind != BIAS]
    found = [0, *(reversed(layers) if start == LAST else layers)]
    blocks = [(components[number].stage, components[number].block) for number in found]
    following = [*blocks[1:], None]
    ends = [number > 0 and block != after for number, block, after in zip(found, blocks, following, strict=True)]
    return Order(start, found, [components[number].name for number in found], ends)


def with_bias_in_init(vectors: Tensor, components: Sequence[Component]) -> Tensor:
    """The components [B, N, d] without a bias of their own, which is added to init."""
    if components[-1].kind != BIAS:
        return vectors
    return torch.cat([vectors[:, :1] + vectors[:, -1:], vectors[:, 1:-1]], dim=1)
