"""The way of relevance through a block of a plain vision transformer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vitatlas.components.segment.chefer.rules import through_linear, through_product, through_sum

PATTERN = "attn.pattern"
SITES = (
    *("resid_pre", "attn.in", "attn.q", "attn.k", "attn.v", PATTERN, "attn.head_out", "attn.out"),
    *("resid_mid", "mlp.act", "mlp.out"),
)
"""Ends of the names of the sites that the way leads through."""


def through_block(block: Any, seen: Mapping[str, Tensor], relevance: Tensor) -> tuple[Tensor, Tensor]:
    """Relevance of the stream that enters the block [B, T, D], and of its attention weights [B, H, T, T].

    Args:
        block: An `OpenBlock`.
        seen: Its activations, by `SITES`.
        relevance: Of the stream that leaves it, [B, T, D].
    """
    past, branch = through_sum(relevance, seen["resid_mid"], seen["mlp.out"])
    relevance = past + _through_mlp(block, seen, branch)
    past, branch = through_sum(relevance, seen["resid_pre"], seen["attn.out"])
    into, pattern = _through_attention(block.attn, seen, branch)
    return past + into, pattern


def _through_mlp(block: Any, seen: Mapping[str, Tensor], relevance: Tensor) -> Tensor:
    mlp = block.mlp
    hidden = through_linear(relevance, mlp.norm(seen["mlp.act"]), mlp.fc2.weight)
    return through_linear(hidden, block.norm2(seen["resid_mid"]), mlp.fc1.weight)


def _through_attention(attention: Any, seen: Mapping[str, Tensor], relevance: Tensor) -> tuple[Tensor, Tensor]:
    """Relevance of what attention reads, and of its weights. The scale of queries cancels out."""
    mixed = through_linear(relevance, _joined(seen["attn.head_out"]), attention.proj.weight)
    heads = mixed.unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)
    pattern, values = through_product(heads, seen[PATTERN], seen["attn.v"])
    queries, keys = through_product(pattern, seen["attn.q"], seen["attn.k"].mT)
    fused = torch.cat([_joined(part) for part in (queries, keys.mT, values)], dim=-1)
    return through_linear(fused, seen["attn.in"], attention.qkv.weight), pattern


def _joined(heads: Tensor) -> Tensor:
    """[B, H, T, d] → [B, T, H·d]."""
    return heads.transpose(1, 2).flatten(2)
