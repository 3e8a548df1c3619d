"""The change of a head under the policy `uniform` when heads are split over their tokens, in closed form.

Each constant of the residual path is shared equally by the n components that are there where it is added. Split over
tokens, a component counts as many times as it has tokens: where n becomes n', a head of T tokens has T / n' of the
constant instead of 1 / n. So what a head is depends on how finely others are looked at; by the other policies it does
not.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.components.decompose import Decomposer


def tokens_of(of: Decomposer) -> Tensor:
    """The number of input tokens that each component is split over, [components]; 1 if it is no head."""
    layers = [write.attention for write in of.writes]
    counts = []
    for component in of.components:
        attention = layers[component.layer] if component.kind == "head" else None
        counts.append(1 if attention is None else attention.grid[0] * attention.grid[1] + attention.prefix)
    return torch.tensor(counts)


def refined_differences(of: Decomposer, images: Tensor) -> Tensor:
    """The sums over tokens, minus what components are unsplit: [B, components, d].

    Args:
        of: By policy `uniform`.
        images: [B, 3, side, side] uint8.
    """
    like = next(of.encoder.parameters())
    tokens = tokens_of(of).to(like)
    found = torch.zeros(len(images), len(tokens), of.encoder.width).to(like)
    for constant, entries in of.shared(images):
        gained = tokens[:entries] / tokens[:entries].sum() - 1 / entries
        found[:, :entries] += gained[:, None] * constant[:, None]
    return found
