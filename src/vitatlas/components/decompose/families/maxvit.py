"""MaxViT: a space per stage and one before the first; z is the mean over the last map.

A stage's first block pools its shortcut and changes its channels; its convolutions write into the stage behind that.
"""

from __future__ import annotations

from typing import Any

import torch

from vitatlas.components.decompose.families.checks import (
    is_mean,
    layer_scale,
    refused_readout,
    require_layer_norm,
)
from vitatlas.components.decompose.families.windows import attention_and_mlp, channels_first
from vitatlas.components.decompose.links import pooling
from vitatlas.components.decompose.path import Part, Path, Write
from vitatlas.components.decompose.readout import Readout
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites.families.maxvit import units
from vitatlas.models.sites.layouts import Grid, Windows
from vitatlas.models.sites.taps import Input, Output


def path(encoder: Encoder) -> Path:
    """The residual path.

    Raises:
        UserError: A block is of another kind; a shortcut is pooled by its maximum; z is no mean over the last map.
    """
    maxvit = encoder.backbone
    units(maxvit, (encoder.side, encoder.side))  # refuses blocks of other kinds
    grids = _grids(encoder)
    shortcuts = [stage.blocks[0].conv.shortcut for stage in maxvit.stages]
    for number, shortcut in enumerate(shortcuts):
        _require_average(shortcut, f"stage {number}")
    like = maxvit.stages[0].blocks[0].conv.conv3_1x1.weight
    links = tuple(pooling(shortcut, grid, like) for shortcut, grid in zip(shortcuts, grids, strict=False))
    parts = tuple(
        _part(stage, number, block, grids[stage + 1])
        for stage, part in enumerate(maxvit.stages)
        for number, block in enumerate(part.blocks)
    )
    return Path(parts, links, _readout(encoder, grids[-1]))


def _grids(encoder: Encoder) -> list[Grid]:
    """Rows and columns behind the stem and behind each stage."""
    side = encoder.side // encoder.backbone.stem.stride
    sides = [side]
    for _ in encoder.backbone.stages:
        sides.append(-(-sides[-1] // 2))
    return [(side, side) for side in sides]


def _require_average(shortcut: Any, where: str) -> None:
    pool = type(shortcut.pool).__name__
    if "Avg" not in pool:
        raise UserError(
            f"the shortcut is pooled by timm's {pool}, which is not linear",
            where=where,
            remedy="take an architecture whose shortcuts are pooled by the average, such as maxvit_small_tf_224",
        )


def _part(stage: int, number: int, block: Any, grid: Grid) -> Part:
    name, space = f"stage.{stage}.block.{number}", stage + 1
    convolutions = Write(name, "conv", "", space, Output(block.conv.drop_path), channels_first)
    writes = [convolutions]
    for kind, half in (("window", block.attn_block), ("grid", block.attn_grid)):
        if half is not None:
            windows = Windows(tuple(half.partition_size), strided=not half.partition_block)
            gain = layer_scale(half.ls1)
            writes += attention_and_mlp(
                f"{name}.{kind}", half, space, windows, grid, kind=kind, token_dims=2, gain=gain
            )
    entry_space = space if number else stage
    return Part(name, stage, number, entry_space, Input(block.conv), channels_first, tuple(writes))


def _readout(encoder: Encoder, grid: Grid) -> Readout:
    """With hidden units in the head, `pooled` is behind a norm and a non-linearity."""
    maxvit, how = encoder.backbone, encoder.entry.encoder.readout
    hidden = getattr(maxvit.head, "hidden_size", None)
    if how == "pooled" and hidden:
        raise refused_readout(encoder, "the head has hidden units")
    if not is_mean(encoder):
        raise refused_readout(encoder, "it is not the mean over the last map")
    positions = grid[0] * grid[1]
    like = maxvit.stages[-1].blocks[-1].attn_grid.attn.proj.weight
    return Readout(
        torch.arange(positions, device=like.device),
        like.new_full((positions,), 1 / positions),
        maxvit.num_features,
        require_layer_norm(maxvit.norm, "the last norm"),
    )
