"""timm's VisionTransformer: ViT, DeiT (distilled too), CLIP's image towers, DINO, DINOv2. One space; its positions are
the tokens that z is read from, often the class token alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.components.decompose.families.checks import layer_scale, refused_readout, require_layer_norm
from vitatlas.components.decompose.path import Attention, Part, Path, Place, Write
from vitatlas.components.decompose.readout import Readout
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites.families.plain import units
from vitatlas.models.sites.layouts import Grid
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.views import heads

# isort: split
from timm.models.deit import VisionTransformerDistilled

NO_TOKENS = "a norm or a gate stands between attention and its output projection"


def path(encoder: Encoder) -> Path:
    """The residual path.

    Raises:
        UserError: A block is not pre-norm with plain attention; z is no linear function of the stream.
    """
    vit = encoder.backbone
    grid = units(vit, (encoder.side, encoder.side))[0].grid  # also refuses blocks of other kinds
    if grid is None:
        raise refused_readout(encoder, "the network does not say where its patches are")
    readout = _readout(encoder, grid)
    parts = tuple(
        _part(number, block, readout.rows, grid, vit.num_prefix_tokens) for number, block in enumerate(vit.blocks)
    )
    return Path(parts, (), readout)


def _part(number: int, block: Any, rows: Tensor, grid: Grid, prefix: int) -> Part:
    name, attention = f"block.{number}", block.attn
    mixed = not isinstance(attention.norm, nn.Identity) or attention.gate is not None
    split = Attention(attention, None, grid, prefix, tokens=NO_TOKENS if mixed else "")
    tokens, of_heads = _place(rows), _place_heads(rows)
    projected = Input(attention.proj, heads(attention.num_heads))
    writes = (
        Write(name, "attention", "", 0, projected, of_heads, layer_scale(block.ls1), split),
        Write(name, "mlp", "", 0, Output(block.drop_path2), tokens),
    )
    return Part(name, 0, number, 0, Input(block), tokens, writes)


def _place(rows: Tensor) -> Place:
    """[B, T, C] → [B, P, C]; a copy, so that the rest can be freed."""
    return lambda value: value[:, rows]


def _place_heads(rows: Tensor) -> Place:
    """[B, H, T, d] → [B, P, H, d]."""
    return lambda value: value[:, :, rows].transpose(1, 2)


def _readout(encoder: Encoder, grid: Grid) -> Readout:
    """The last norm acts on each token, or (`fc_norm`) on what has been pooled."""
    vit, how = encoder.backbone, encoder.entry.encoder.readout
    norm = require_layer_norm(vit.norm, "the last norm")
    behind = None if how in ("cls", "mean") else require_layer_norm(vit.fc_norm, "the head's norm")
    weight = vit.blocks[0].attn.proj.weight
    rows = torch.tensor(_rows(encoder, vit.num_prefix_tokens + grid[0] * grid[1]), device=weight.device)
    return Readout(
        rows,
        weight.new_full((len(rows),), 1 / len(rows)),
        vit.embed_dim,
        norm or behind,
        pooled_first=behind is not None,
        projection=vit.head if how == "projected" else None,
        unit=how == "projected",
    )


def _rows(encoder: Encoder, tokens: int) -> list[int]:
    """The tokens that z is the mean of.

    Raises:
        UserError: It is no mean.
    """
    vit, how = encoder.backbone, encoder.entry.encoder.readout
    patches = list(range(vit.num_prefix_tokens, tokens))
    if how in ("cls", "mean"):
        return [0] if how == "cls" else patches
    if isinstance(vit, VisionTransformerDistilled):
        return [0, 1]
    if vit.attn_pool is not None or vit.global_pool not in ("token", "avg"):
        raise refused_readout(encoder, f"its head pools tokens by `{vit.global_pool}`, which is not linear")
    if vit.global_pool == "token":
        return [0]
    return list(range(tokens)) if vit.pool_include_prefix else patches
