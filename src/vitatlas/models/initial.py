"""Initial weights other than timm's: attention that starts out alike to trained attention.

"Mimetic initialization of self-attention layers" (Trockman & Kolter, ICML 2023): in trained vision transformers a
token's query is like its own key, and what it gets from itself is subtracted from it. Small transformers that start so
leave the plateau at chance early, or at all.

1. Per head, W_q^T W_k is the best approximation, of the head's rank, of 0.7 Z + 0.7 I.
2. Over the heads, W_proj W_v = 0.4 Z - 0.4 I.

Z is random, with entries of variance 1 / width.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import Module

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.vision_transformer import Attention, VisionTransformer

ALIKE, SUBTRACTED = 0.7, 0.4  # the paper's α₁ = β₁ and α₂ = β₂


@torch.no_grad()
def set_mimetic_attention(vit: VisionTransformer) -> None:
    """Draw the attention's weights of all blocks anew, from torch's global generator.

    Args:
        vit: A vision transformer that `attends_plainly`.
    """
    for block in vit.blocks.children():
        _set_attention(block.get_submodule("attn"), vit.embed_dim)


def attends_plainly(vit: VisionTransformer) -> bool:
    """Whether all blocks have timm's own attention, with one matrix of queries, keys and values."""
    attentions = [getattr(block, "attn", None) for block in vit.blocks.children()]
    return bool(attentions) and all(isinstance(attention, Attention) for attention in attentions)


def _set_attention(attention: Module, width: int) -> None:
    fused, projection = attention.get_parameter("qkv.weight"), attention.get_parameter("proj.weight")
    heads = int(attention.num_heads)  # type: ignore[arg-type]
    queries, keys, values = fused.view(3, heads, width // heads, width)
    for query, key in zip(queries, keys, strict=True):
        left, right = _factors(ALIKE * _random(width) + ALIKE * torch.eye(width))
        query.copy_(left[:, : len(query)].T)
        key.copy_(right[: len(key)])
    left, right = _factors(SUBTRACTED * _random(width) - SUBTRACTED * torch.eye(width))
    projection.copy_(left)
    values.copy_(right.view_as(values))


def _random(width: int) -> Tensor:
    return torch.randn(width, width) / width**0.5


def _factors(product: Tensor) -> tuple[Tensor, Tensor]:
    """Matrices [width, width] whose product it is, of equal norms, the larger parts first."""
    left, scale, right = torch.linalg.svd(product)
    return left * scale.sqrt(), scale.sqrt()[:, None] * right
