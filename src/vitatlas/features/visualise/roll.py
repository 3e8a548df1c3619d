"""Circular shifts of many copies at once, each by its own amount."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def rolled(images: Tensor, shifts: Tensor) -> Tensor:
    """Copies [N, B, C, S, S] of pictures [N, C, S, S], rolled down and right by `shifts`, integers [N, B, 2]."""
    copies: Tensor = _Rolled.apply(images, shifts)
    return copies


class _Rolled(torch.autograd.Function):
    """The gradient of a roll is a roll back: cheaper than the scattered sum that indexing would take, and in one fixed
    order on a GPU too."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, shifts: Tensor) -> Tensor:
        ctx.save_for_backward(shifts)
        return _take(images[:, None].expand(-1, shifts.shape[1], -1, -1, -1), shifts)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (shifts,) = ctx.saved_tensors
        return _take(gradients[0], -shifts).sum(1), None


def _take(copies: Tensor, shifts: Tensor) -> Tensor:
    """Copies [N, B, C, S, S], each rolled by its shift."""
    side = copies.shape[-1]
    places = torch.arange(side, device=copies.device)
    rows = (places - shifts[..., :1]) % side
    columns = (places - shifts[..., 1:]) % side
    index = (rows[..., :, None] * side + columns[..., None, :]).flatten(2)[:, :, None]
    return copies.flatten(3).gather(3, index.expand(-1, -1, copies.shape[2], -1)).unflatten(3, (side, side))
