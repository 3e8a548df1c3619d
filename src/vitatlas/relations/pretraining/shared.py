"""The parts that pretraining objectives have in common."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.models.stages import take
from vitatlas.relations.pretraining.world import Draw

Learned = tuple[Tensor, dict[str, Tensor]]
"""A loss, and figures by name."""

OBJECTS_ONLY = 0.7  # share of the steps that look at the objects' patches alone, which is twice as fast


def objects_only(tokens: Tensor, draw: Draw, prefix: int) -> Tensor:
    """The prefix tokens, and those of the objects' patches, object by object."""
    return torch.cat([tokens[:, :prefix], take(tokens, draw.tokens.flatten(1) + prefix)], dim=1)
