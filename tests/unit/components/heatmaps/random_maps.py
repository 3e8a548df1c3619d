"""Random maps into a small space of texts, for tests of heat-maps."""

from __future__ import annotations

import torch

from vitatlas.components.align.maps import Maps
from vitatlas.components.decompose import Decomposer

TEXT_WIDTH = 5


def maps_of(of: Decomposer, seed: int = 0) -> Maps:
    """Random maps, with a bias that must not show."""
    generator = torch.Generator().manual_seed(seed)
    count, width = len(of.components) - 1, of.encoder.width
    weights = torch.randn(count, width, TEXT_WIDTH, generator=generator, dtype=torch.float64)
    return Maps("free", weights, torch.full((TEXT_WIDTH,), 100.0, dtype=torch.float64), count)


def heads(of: Decomposer) -> list[int]:
    """The numbers of heads."""
    return [number for number, component in enumerate(of.components) if component.kind == "head"]


def texts(count: int = 2) -> torch.Tensor:
    """Random directions [count, TEXT_WIDTH]."""
    return torch.randn(count, TEXT_WIDTH, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
