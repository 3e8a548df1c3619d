"""Division where nothing may be divided by nothing."""

from __future__ import annotations

import torch
from torch import Tensor


def ratio(number: Tensor, by: Tensor) -> Tensor:
    """number / by; 0 where `by` is 0."""
    nothing = by == 0
    return torch.where(nothing, 0, number / torch.where(nothing, 1, by))
