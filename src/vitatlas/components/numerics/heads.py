"""Heads that can be split over their input tokens, and a direction to look at tokens along."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.components.decompose import Decomposer


def split_heads(of: Decomposer) -> list[int]:
    """The numbers of the components that can be split over tokens."""
    layers = [write.attention for write in of.writes]
    splits = [attention is not None and not attention.tokens for attention in layers]
    return [number for number, part in enumerate(of.components) if part.kind == "head" and splits[part.layer]]


def direction(of: Decomposer, seed: int) -> Tensor:
    """A random direction of z [d], in the encoder's precision and on its device."""
    like = next(of.encoder.parameters())
    return torch.randn(of.encoder.width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(like)
