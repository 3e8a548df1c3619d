"""ResNet."""

from __future__ import annotations

from functools import partial
from typing import Any

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.resnet import BasicBlock, Bottleneck

from vitatlas.models.sites.families.cnn import UNDEFINED, image_of, numbered_norms, reduced
from vitatlas.models.sites.layouts import ChannelsFirst, Grid
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.transformer import norm
from vitatlas.models.sites.unit import Site, Sites, Unit


def units(resnet: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, and its blocks.

    Raises:
        UserError: A block is of a derived kind.
    """
    size = image_of(resnet, image)
    stages = [resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4]
    found = [Unit("", lambda: {"embed": Site(Input(stages[0][0]), ChannelsFirst())}, reduced(size, 4))]
    for stage, (blocks, info) in enumerate(zip(stages, resnet.feature_info[1:], strict=True)):
        for number, block in enumerate(blocks):
            name = f"stage.{stage}.block.{number}"
            if type(block) not in (BasicBlock, Bottleneck):
                problem = f"{name} is timm's {type(block).__name__}, for which sites are not defined"
                raise UserError(problem, remedy="take an architecture of BasicBlock or Bottleneck")
            grid = reduced(size, info["reduction"])
            found.append(Unit(name, partial(_sites, block), grid, 0, stage, number, "conv.out", UNDEFINED))
    return found


def _sites(block: Any) -> Sites:
    """The map that enters has the size of the stage before, in a stage's first block."""
    sites: Sites = {"resid_pre": Site(Input(block), ChannelsFirst()), **numbered_norms(block)}
    for module in block.downsample or ():
        sites |= norm("shortcut.norm", module, None)
    end = Site(Output(block), ChannelsFirst())
    return {**sites, "conv.out": end, "resid_post": end}
