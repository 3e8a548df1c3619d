"""MaxViT: a block is a convolution, attention in windows and attention over a grid spread over the map."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.maxxvit import MaxxVitBlock, MbConvBlock, PartitionAttentionCl

from vitatlas.models.sites.layouts import ChannelsFirst, ChannelsLast, Grid, Windows
from vitatlas.models.sites.patterns import Pattern
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.transformer import fused_projection, head_out, norm, prenorm
from vitatlas.models.sites.unit import Site, Sites, Unit


def units(maxvit: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, its blocks, and the two halves of each block that have attention.

    Raises:
        UserError: A block is of another kind (CoAtNet's, ConvNeXt's convolutions, channels-first attention).
    """
    rows, columns = (side // maxvit.stem.stride for side in image or maxvit.img_size)
    blocks: list[Unit] = []
    for stage, part in enumerate(maxvit.stages):
        rows, columns = -(-rows // 2), -(-columns // 2)
        for number, block in enumerate(part.blocks):
            blocks += _units(block, (rows, columns), stage, number)

    def whole() -> Sites:
        first = maxvit.stages[0].blocks[0].conv
        return {"embed": Site(Input(first), ChannelsFirst()), **norm("norm", maxvit.norm, ChannelsFirst())}

    return [Unit("", whole, (rows, columns)), *blocks]


def _units(block: Any, grid: Grid, stage: int, number: int) -> Iterator[Unit]:
    name = f"stage.{stage}.block.{number}"
    _check(name, block)
    yield Unit(name, partial(_convolution, block), grid, 0, stage, number)
    for part, half in (("window", block.attn_block), ("grid", block.attn_grid)):
        if half is not None:
            yield Unit(f"{name}.{part}", partial(_attention, half), grid, 0, stage, number, "mlp.act")


def _check(name: str, block: Any) -> None:
    wanted = (MaxxVitBlock, MbConvBlock, PartitionAttentionCl)
    found = (type(block), type(getattr(block, "conv", None)), type(getattr(block, "attn_grid", None)))
    if found != wanted:
        names = ", ".join(kind.__name__ for kind in found)
        raise UserError(
            f"{name} is of timm's {names}, for which sites are not defined",
            remedy=f"take an architecture of {', '.join(kind.__name__ for kind in wanted)}",
        )


def _convolution(block: Any) -> Sites:
    """The map that enters has the size of the stage before, in a stage's first block."""
    conv = block.conv
    return {
        "resid_pre": Site(Input(conv), ChannelsFirst()),
        **norm("conv.norm", conv.pre_norm, None),
        "conv.out": Site(Input(conv.conv3_1x1), ChannelsFirst()),
        "conv.write": Site(Output(conv.drop_path), ChannelsFirst()),
        "resid_post": Site(Output(block), ChannelsFirst()),
    }


def _attention(half: Any) -> Sites:
    windows = Windows(tuple(half.partition_size), strided=not half.partition_block)
    attention = {
        **fused_projection(half.attn, windows, token_dims=2, head_first=half.attn.head_first),
        "attn.pattern": Site(Pattern(half.attn), None),
        **head_out(half.attn, windows, token_dims=2),
    }
    return prenorm(half, attention, ChannelsLast())
