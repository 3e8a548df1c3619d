"""MobileNets and EfficientNets: blocks that end with a linear convolution."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import nn

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models._efficientnet_blocks import DepthwiseSeparableConv, EdgeResidual, InvertedResidual

from vitatlas.models.sites.families.cnn import UNDEFINED, image_of, numbered_norms, reduced
from vitatlas.models.sites.layouts import ChannelsFirst, Grid
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.unit import Site, Sites, Unit

BLOCKS: dict[type[nn.Module], tuple[str, str, str]] = {
    DepthwiseSeparableConv: ("conv_dw", "conv_pw", "bn2"),
    InvertedResidual: ("conv_dw", "conv_pwl", "bn3"),
    EdgeResidual: ("conv_exp", "conv_pwl", "bn2"),
}
"""Of each kind of block: the convolution with a stride, the linear one at the end, and the norm behind it."""


def units(model: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, and its blocks.

    Raises:
        UserError: A block is of another kind.
    """
    grid = reduced(image_of(model, image), model.conv_stem.stride[0])
    found = [Unit("", lambda: {"embed": Site(Input(model.blocks[0][0]), ChannelsFirst())}, grid)]
    for stage, blocks in enumerate(model.blocks):
        for number, block in enumerate(blocks):
            name = f"stage.{stage}.block.{number}"
            _check(name, block)
            grid = reduced(grid, _stride(block))
            found.append(Unit(name, partial(_sites, block), grid, 0, stage, number, "conv.out", UNDEFINED))
    return found


def _check(name: str, block: Any) -> None:
    if type(block) not in BLOCKS or getattr(block, "has_pw_act", False) or getattr(block, "conv_s2d", None):
        raise UserError(
            f"{name} is timm's {type(block).__name__}, or one of its variants, for which sites are not defined",
            remedy=f"take an architecture of {', '.join(kind.__name__ for kind in BLOCKS)}",
        )


def _stride(block: Any) -> int:
    strided, _, _ = BLOCKS[type(block)]
    return getattr(block, strided).stride[0] * getattr(block.aa, "stride", 1)


def _sites(block: Any) -> Sites:
    """The map that enters has the size of the block before."""
    _, linear, last = BLOCKS[type(block)]
    return {
        "resid_pre": Site(Input(block), ChannelsFirst()),
        **numbered_norms(block),
        "conv.out": Site(Input(getattr(block, linear)), ChannelsFirst()),
        "conv.write": Site(Output(getattr(block, last)), ChannelsFirst()),
        "resid_post": Site(Output(block), ChannelsFirst()),
    }
