"""How a site's activation lies in the tensor that a module takes or returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class View:
    """One part of a tensor.

    Attributes:
        get: The whole → the part.
        put: The whole, a new part → a whole with that part, in the old one's shape.
    """

    get: Callable[[Tensor], Tensor]
    put: Callable[[Tensor, Tensor], Tensor]

    def apply(self, function: Function, whole: Tensor) -> Tensor:
        """The whole with its part replaced; the same object if `function` gives back the same."""
        old = self.get(whole)
        new = function(old)
        return whole if new is old else self.put(whole, new)


WHOLE = View(lambda whole: whole, lambda _whole, new: new)


def heads(count: int, *, chunk: int = 0, chunks: int = 1, token_dims: int = 1, head_first: bool = False) -> View:
    """One of several groups of heads that lie side by side in the channels: [*B, *T, chunks·H·d] ↔ [B, H, T, d].

    Args:
        count: Number of heads H.
        chunk, chunks: Which group of how many: a fused projection holds queries, keys and values.
        token_dims: Number of axes *T. Those before are joined too: the windows of a batch become pictures of their own.
        head_first: Whether channels are ordered by head first and by group within it.
    """
    axis = -2 if head_first else -3
    sizes = (count, chunks, -1) if head_first else (chunks, count, -1)

    def grouped(whole: Tensor) -> Tensor:
        flat = whole.flatten(0, whole.ndim - token_dims - 2).flatten(1, -2)
        return flat.unflatten(-1, sizes)

    def get(whole: Tensor) -> Tensor:
        return grouped(whole).select(axis, chunk).transpose(1, 2)

    def put(whole: Tensor, new: Tensor) -> Tensor:
        groups = list(grouped(whole).unbind(axis))
        groups[chunk] = new.transpose(1, 2)
        return torch.stack(groups, axis).reshape(whole.shape)

    return View(get, put)


def joined(axes: int) -> View:
    """The first `axes` axes as one."""
    return View(lambda whole: whole.flatten(0, axes - 1), lambda whole, new: new.reshape(whole.shape))
