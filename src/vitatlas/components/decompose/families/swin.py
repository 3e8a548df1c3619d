"""Swin: a space per stage, patch merging between them; z is the mean over the last map."""

from __future__ import annotations

from typing import Any

import torch

from vitatlas.components.decompose.families.checks import is_mean, refused_readout, require_layer_norm
from vitatlas.components.decompose.families.windows import attention_and_mlp, channels_last
from vitatlas.components.decompose.links import Merging
from vitatlas.components.decompose.path import Part, Path
from vitatlas.components.decompose.readout import Readout
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites.layouts import Grid, Windows
from vitatlas.models.sites.taps import Input


def path(encoder: Encoder) -> Path:
    """The residual path.

    Raises:
        UserError: z is no mean over the last map, or a norm is no LayerNorm.
    """
    swin = encoder.backbone
    grids = [tuple(layer.blocks[0].input_resolution) for layer in swin.layers]
    parts = [
        _part(stage, number, block, grids[stage])
        for stage, layer in enumerate(swin.layers)
        for number, block in enumerate(layer.blocks)
    ]
    for layer in swin.layers[1:]:
        require_layer_norm(layer.downsample.norm, "patch merging")
    links = tuple(Merging(layer.downsample, grid) for layer, grid in zip(swin.layers[1:], grids[:-1], strict=True))
    return Path(tuple(parts), links, _readout(encoder, grids[-1]))


def _part(stage: int, number: int, block: Any, grid: Grid) -> Part:
    name = f"stage.{stage}.block.{number}"
    windows = Windows(tuple(block.window_size), tuple(block.shift_size))
    writes = attention_and_mlp(name, block, stage, windows, grid, kind="", token_dims=1, gain=None)
    return Part(name, stage, number, stage, Input(block), channels_last, writes)


def _readout(encoder: Encoder, grid: Grid) -> Readout:
    swin = encoder.backbone
    if not is_mean(encoder):
        raise refused_readout(encoder, "it is not the mean over the last map")
    positions = grid[0] * grid[1]
    like = swin.layers[-1].blocks[0].attn.proj.weight
    return Readout(
        torch.arange(positions, device=like.device),
        like.new_full((positions,), 1 / positions),
        swin.num_features,
        require_layer_norm(swin.norm, "the last norm"),
    )
