"""Matching within a batch, where more than one match may be right."""

from __future__ import annotations

import torch
from torch import Tensor


def contrastive(logits: Tensor, right: Tensor) -> Tensor:
    """The mean over rows of -log of the probability of the right columns together.

    Args:
        logits: [B, N].
        right: bool [B, N], one column or more of each row.
    """
    matched = logits.masked_fill(~right, -torch.inf).logsumexp(1)
    return (logits.logsumexp(1) - matched).mean()


def both_ways(logits: Tensor, right: Tensor) -> Tensor:
    """The mean of `contrastive` by rows and by columns, of a square of logits."""
    return (contrastive(logits, right) + contrastive(logits.T, right.T)) / 2
