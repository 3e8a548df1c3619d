"""Position embeddings of transformers into those of a network of timm's."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate


def resampled(positions: Tensor, prefix: int, grid: tuple[int, int]) -> Tensor:
    """Position embeddings of another number of patches, as transformers resamples them when it runs.

    Bicubic, without antialiasing. timm has antialiasing; after a dozen blocks, the two are far apart.

    Args:
        positions: [1, prefix + patches, D], of a square of patches.
        prefix: Tokens in front of the patches; theirs stay.
        grid: Rows and columns of patches.

    Returns:
        [1, prefix + rows × columns, D].
    """
    before, patches = positions[:, :prefix], positions[:, prefix:]
    side = math.isqrt(patches.shape[1])
    square = patches.unflatten(1, (side, side)).permute(0, 3, 1, 2)
    found = interpolate(square, size=grid, mode="bicubic", align_corners=False)
    return torch.cat([before, found.flatten(2).transpose(1, 2)], dim=1)


def into_class_token(state: dict[str, Tensor], network: nn.Module) -> bool:
    """Add the class token's position embedding to the token itself where timm's network keeps none for it.

    The sum is the same. Changes `state`, timm's weights by key; returns whether it did.
    """
    own = getattr(network, "pos_embed", None)
    if not getattr(network, "no_embed_class", False) or own is None or not {"cls_token", "pos_embed"} <= state.keys():
        return False
    if state["pos_embed"].shape[1] != own.shape[1] + 1:
        return False
    state["cls_token"] = state["cls_token"] + state["pos_embed"][:, :1]
    state["pos_embed"] = state["pos_embed"][:, 1:]
    return True
