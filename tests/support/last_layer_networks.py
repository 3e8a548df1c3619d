"""Small encoders with heads, and planted ones, for tests of the last layer."""

from __future__ import annotations

from typing import Any

import torch
from encoder_kinds import STATISTICS, encoder_entry, stirred
from torch import Tensor, nn

from vitatlas.models.encoder import Encoder, build_encoder

DEPTHS: dict[str, dict[str, Any]] = {
    "convit": {"depth": 5, "local_up_to_layer": 2},
    "pit": {"depth": [2, 1, 2]},
    "pit_distilled": {"depth": [1, 2, 1]},
}
"""What is changed to have more blocks; of plain vision transformers, the depth is 4."""

WITH_CLASS_TOKEN = ("vit", "clip", "deit", "deit_distilled", "dinov2", "dinov2_registers", "convit", "pit")
WITHOUT = ("swin", "twins_pcpvt", "maxvit", "resnet", "coat", "coat_lite")

CLASSES = 7


def headed(kind: str, seed: int = 0) -> Encoder:
    """An encoder of a kind, with random weights everywhere; one without a head gets one on z."""
    entry = encoder_entry(kind, **({"readout": "cls"} if kind == "dinov2_registers" else {}))
    if kind in WITH_CLASS_TOKEN or kind in DEPTHS:
        entry = entry.model_copy(update={"architecture": {**entry.architecture, **DEPTHS.get(kind, {"depth": 4})}})
    encoder = build_encoder(entry, seed=seed)
    stirred(encoder, seed)
    if not entry.encoder.classes:
        encoder.classifier = nn.Linear(encoder.width, CLASSES)
    return encoder.eval()


def plain(depth: int = 4, side: int = 32, classes: int = CLASSES) -> Encoder:
    """A vision transformer with a class token."""
    entry = encoder_entry("vit", image=side, classes=classes)
    entry = entry.model_copy(update={"architecture": {**entry.architecture, "depth": depth}})
    encoder = build_encoder(entry, seed=3)
    stirred(encoder, 3)
    return encoder


@torch.no_grad()
def deaf(encoder: Encoder, *blocks: int) -> Encoder:
    """The encoder, with attention that writes nothing in these blocks: no token sees another."""
    for number in blocks:
        projection = encoder.backbone.blocks[number].attn.proj
        projection.weight.zero_()
        projection.bias.zero_()
    return encoder


COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))


@torch.no_grad()
def colour_reader(*, pools: bool) -> Encoder:
    """A network of one block and three classes, in which a patch's token and the head say which colour it has.

    The class token is empty. Its block passes tokens on, but where it `pools`: then it writes into each token the mean
    of all, so strongly that what was there before is nothing beside it.
    """
    encoder = plain(depth=1, classes=len(COLOURS))
    vit, width = encoder.backbone, encoder.backbone.embed_dim
    for value in vit.parameters():
        value.zero_()
    for channel, (mean, deviation) in enumerate(zip(*STATISTICS.values(), strict=True)):
        vit.patch_embed.proj.weight[channel, channel] = (
            deviation / 64
        )  # the mean of the patch's 8 × 8 pixels, in [0, 1]
        vit.patch_embed.proj.bias[channel] = mean
        vit.head.weight[channel, channel] = 1
    block = vit.blocks[0]
    for norm in (block.norm1, block.norm2, vit.norm):
        norm.weight.fill_(1)
    if pools:
        block.attn.qkv.weight[2 * width :] = torch.eye(width)
        block.attn.proj.weight.copy_(1e6 * torch.eye(width))
    return encoder.eval()


def coloured(colours: Tensor, patch: int = 8) -> Tensor:
    """Pictures of patches in plain colours, uint8 [B, 3, side, side], of numbers [B, rows, columns]."""
    found = torch.tensor(COLOURS, dtype=torch.uint8)[colours].permute(0, 3, 1, 2)
    return found.repeat_interleave(patch, 2).repeat_interleave(patch, 3)
