"""The size of components, a rival explanation of whatever their scores go along with."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import torch
from torch import Tensor


def mean_norms(batches: Iterable[Tensor]) -> pd.Series:
    """Mean length of c_i over the images of all batches [B, n, d]: by component."""
    total, images = torch.zeros(()), 0
    for contributions in batches:
        total = total + contributions.double().norm(dim=-1).sum(0)
        images += len(contributions)
    return pd.Series((total / images).cpu().numpy(), name="size").rename_axis("component")
