"""Representations some of whose components are at their means, one more at each step."""

from __future__ import annotations

import torch
from torch import Tensor


def steps(z: Tensor, vectors: Tensor, means: Tensor) -> Tensor:
    """Representations with none, one, two, … of the given components at their means: [B, k + 1, d].

    With all components of z at their means, every row is mean(z).

    Args:
        z: Representations [B, d].
        vectors: The components, in the order in which they are set to their means [B, k, d].
        means: Over pictures [k, d].
    """
    changes = (means - vectors).cumsum(1)
    return z[:, None] + torch.cat([torch.zeros_like(z)[:, None], changes], dim=1)
