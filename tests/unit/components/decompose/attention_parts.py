"""Where attention has its values, and where the patches of a part of the network lie."""

from __future__ import annotations

import math
from typing import Any

from decomposed import half_of
from torch import Tensor

from vitatlas.models.encoder import Encoder


def grid_of(of: Encoder, part: str) -> tuple[int, int]:
    """Rows and columns of the patches in a part of the network."""
    half = half_of(of.backbone, part)
    if hasattr(half, "input_resolution"):
        return tuple(half.input_resolution)
    if part.startswith("block"):
        return tuple(of.backbone.patch_embed.grid_size)
    side = of.side // 2 ** (2 + int(part.split(".")[1]))
    return side, side


def values_of(attention: Any, projected: Tensor) -> Tensor:
    """The part of queries, keys and values that is values, [B·W, H, n, d]."""
    heads = attention.num_heads
    width = projected.shape[-1] // (3 * heads)
    flat = projected.reshape(-1, math.prod(projected.shape[1:-1]), projected.shape[-1])
    if getattr(attention, "head_first", False):
        return flat.view(*flat.shape[:2], heads, 3 * width)[..., 2 * width :].transpose(1, 2)
    return flat[..., 2 * heads * width :].unflatten(-1, (heads, width)).transpose(1, 2)
