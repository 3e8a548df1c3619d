"""A network whose units see one colour each, and pictures with known areas of a colour."""

from __future__ import annotations

import torch
from encoder_kinds import encoder_entry
from torch import Tensor

from vitatlas.models.encoder import Encoder, build_encoder

SIDE, PATCH = 32, 8
CELLS = (SIDE // PATCH) ** 2
COLOURS = ("red", "green", "blue")
"""Unit n of the only layer is active where a patch has colour n on black."""
_CONSTANT = 40.0
"""Half of the norm's input is this constant, so that the norm changes what else is there by little."""


def planted_encoder() -> Encoder:
    """A vision transformer of one block: attention adds nothing, and the first three hidden units read a colour."""
    entry = encoder_entry("vit").model_copy(update={"architecture": {"patch_size": PATCH, **_SIZES}})
    encoder = build_encoder(entry, seed=0).eval()
    network, block = encoder.backbone, encoder.backbone.blocks[0]
    with torch.no_grad():
        for value in (network.pos_embed, network.cls_token, block.attn.proj.weight, block.attn.proj.bias):
            value.zero_()
        projection, hidden = network.patch_embed.proj, block.mlp.fc1
        for value in (projection.weight, projection.bias, hidden.weight, hidden.bias):
            value.zero_()
        for colour in range(3):
            projection.weight[2 * colour, colour] = 1 / PATCH**2
            projection.weight[2 * colour + 1, colour] = -1 / PATCH**2
            hidden.weight[colour, 2 * colour] = 50.0
        projection.bias[6], projection.bias[7] = _CONSTANT, -_CONSTANT
    return encoder


_SIZES = {"embed_dim": 24, "depth": 1, "num_heads": 2}


def coloured(colour: str, areas: Tensor, seed: int = 0) -> Tensor:
    """Black pictures [N, 3, SIDE, SIDE] uint8, of each `areas` patches of the grid, at random places, in the colour."""
    generator = torch.Generator().manual_seed(seed)
    cells = torch.stack([torch.randperm(CELLS, generator=generator) for _ in areas]) < areas[:, None]
    side = SIDE // PATCH
    masks = cells.reshape(-1, side, side).repeat_interleave(PATCH, 1).repeat_interleave(PATCH, 2)
    images = torch.zeros(len(areas), 3, SIDE, SIDE, dtype=torch.uint8)
    images[:, COLOURS.index(colour)] = 255 * masks.to(torch.uint8)
    return images
