"""A vision transformer of one block whose units answer to known patterns of a patch.

Its tokens are the values of the patches, attention adds nothing, and each row of the first linear layer is a template.
Behind the norm, a unit's activation is the GELU of GAIN times the correlation of patch and template.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from vitatlas.config.models import EncoderEntry
from vitatlas.models.encoder import Encoder, build_encoder

PATCH = 8
SIZE = 3 * PATCH * PATCH
GAIN = 4.0
NAMES = ("colour", "stripes", "diagonal", "checkerboard")


def templates() -> Tensor:
    """The patterns, of mean 0 and length 1: [4, 3, 8, 8]."""
    rows, columns = torch.meshgrid(torch.arange(PATCH), torch.arange(PATCH), indexing="ij")
    red = torch.tensor([1.0, -0.5, -0.5])[:, None, None].expand(3, PATCH, PATCH)
    grey = [torch.where(where, 1.0, -1.0).expand(3, PATCH, PATCH) for where in _signs(rows, columns)]
    found = torch.stack([red, *grey])
    return found / found.flatten(1).norm(dim=1)[:, None, None, None]


def _signs(rows: Tensor, columns: Tensor) -> list[Tensor]:
    """Where stripes, diagonal ones and a checkerboard are bright, all of period 8."""
    return [columns < 4, (rows + columns) % 8 < 4, (rows // 4 + columns // 4) % 2 == 0]


def planted_encoder(side: int = 32) -> Encoder:
    """The network, frozen, for pictures of this side."""
    entry = EncoderEntry.model_validate(
        {
            **{"timm": "vit_tiny_patch16_224", "origin": "none"},
            "architecture": {"patch_size": PATCH, "embed_dim": SIZE, "depth": 1, "num_heads": 2, "mlp_ratio": 4 / SIZE},
            "preprocessing": {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)},
            "encoder": {"image": side, "classes": 3},
        }
    )
    encoder = build_encoder(entry, seed=0).eval().requires_grad_(False)
    block: Any = encoder.backbone.blocks[0]
    for value in (block.attn.proj.weight, block.attn.proj.bias, block.mlp.fc1.bias, encoder.backbone.pos_embed):
        value.zero_()
    encoder.backbone.patch_embed.proj.weight.copy_(torch.eye(SIZE).view(SIZE, 3, PATCH, PATCH))
    encoder.backbone.patch_embed.proj.bias.zero_()
    block.mlp.fc1.weight.copy_(GAIN * templates().flatten(1) / SIZE**0.5)
    return encoder


def correlations(images: Tensor, template: Tensor) -> Tensor:
    """The correlation of each patch [N, patches] of pictures [N, 3, S, S] with a template [3, 8, 8]."""
    cut = images.unfold(2, PATCH, PATCH).unfold(3, PATCH, PATCH).permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)
    centred = cut - cut.mean(2, keepdim=True)
    return centred @ template.flatten() / centred.norm(dim=2).clamp(min=1e-9)
