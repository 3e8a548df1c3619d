"""Networks with class tokens, a block at a time, with the class tokens and the patches kept apart.

c are all tokens before the patches: the class token, the distillation token, registers. Where they come in late
(ConViT) they do not change before that block, so that keeping them apart until then changes nothing: the network itself
is the experiment. In PiT they are of the pooling between stages as they are of the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.features.last_layer.head import Head, prefix_of
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.coat import CoaT
from timm.models.convit import ConVit
from timm.models.pit import PoolingVisionTransformer
from timm.models.vision_transformer import VisionTransformer

from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import layers, until
from vitatlas.models.sites.layouts import Grid

Tokens = tuple[Tensor, Tensor]
"""c [B, n, width] and patches [B, P, width]."""

TOLERANCE = 1e-4


@dataclass(frozen=True)
class Pool:
    """PiT's pooling in front of a stage.

    Attributes:
        module: timm's, of a map and of class tokens.
        grid: Rows and columns of the patches before it.
    """

    module: Any
    grid: Grid

    def of_patches(self, patches: Tensor) -> Tensor:
        """Fewer patches of the next stage's width."""
        pooled: Tensor = self.module.conv(patches.transpose(1, 2).unflatten(2, self.grid))
        return pooled.flatten(2).transpose(1, 2)


@dataclass(frozen=True)
class Steps:
    """The blocks of a network.

    Attributes:
        encoder: The network.
        blocks: In forward order.
        enters: The number of the first block that has c.
        pools: What comes in front of blocks, by the block's number.
    """

    encoder: Encoder
    blocks: tuple[nn.Module, ...]
    enters: int = 0
    pools: Mapping[int, Pool] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """Number of blocks, L."""
        return len(self.blocks)

    def start(self, images: Tensor) -> Tokens:
        """The tokens that enter block 0: positions added, CLIP's extra norm applied.

        Args:
            images: uint8 [B, 3, side, side].
        """
        tokens = until(self.encoder, images, "embed")
        if self.enters:
            return self.encoder.backbone.cls_token.expand(len(tokens), -1, -1), tokens
        return _split(tokens, prefix_of(self.encoder.backbone))

    def together(self, number: int, c: Tensor, patches: Tensor) -> Tokens:
        """All tokens behind a block, as the network has them."""
        if number < self.enters:
            return c, self.blocks[number](patches)
        if pool := self.pools.get(number):
            c, patches = pool.module.fc(c), pool.of_patches(patches)
        return _split(self.blocks[number](torch.cat([c, patches], dim=1)), c.shape[1])

    def alone(self, number: int, c: Tensor) -> Tensor:
        """c behind a block that sees nothing else."""
        if number < self.enters:
            return c
        if pool := self.pools.get(number):
            c = pool.module.fc(c)
        behind: Tensor = self.blocks[number](c)
        return behind

    def apart(self, number: int, c: Tensor, patches: Tensor) -> Tokens:
        """c and the patches behind a block, neither of which sees the other."""
        if pool := self.pools.get(number):
            return self.alone(number, c), self.blocks[number](pool.of_patches(patches))
        return self.alone(number, c), self.blocks[number](patches)

    def features(self, c: Tensor) -> Tensor:
        """Final features of c behind the last block, as the head reads them."""
        normed: Tensor = self.encoder.backbone.norm(c)
        return normed


def steps_of(encoder: Encoder) -> Steps:
    """The blocks of an encoder whose head reads class tokens.

    Raises:
        UserError: It does not, or has none; or its blocks one after the other are not the network.
    """
    if (reason := obstacle(encoder)) is not None:
        raise UserError(
            f"class tokens of architecture '{encoder.entry.timm}' cannot be kept apart: {reason}",
            remedy="take an encoder whose class token is there from block to block and read by its head",
        )
    backbone = encoder.backbone
    if isinstance(backbone, PoolingVisionTransformer):
        steps = _of_pit(encoder)
    elif isinstance(backbone, ConVit):
        steps = Steps(encoder, tuple(backbone.blocks), enters=int(backbone.local_up_to_layer))
    else:
        steps = Steps(encoder, tuple(backbone.blocks))
    _require_same(steps)
    return steps


def obstacle(encoder: Encoder) -> str | None:
    """Why class tokens cannot be kept apart; None if they can."""
    backbone = encoder.backbone
    if isinstance(backbone, CoaT):
        return "each of its stages begins with another class token"
    if not isinstance(backbone, (VisionTransformer, ConVit, PoolingVisionTransformer)) or backbone.cls_token is None:
        return "it has no class token"
    readout = "pooled" if encoder.classifier is None else encoder.entry.encoder.readout
    if readout == "mean" or (readout != "cls" and backbone.global_pool != "token"):
        return "its head does not read the class token alone"
    return None


def _of_pit(encoder: Encoder) -> Steps:
    blocks: list[nn.Module] = []
    pools = {}
    grids = [layer.grid for layer in layers(encoder)]
    for stage in encoder.backbone.transformers:
        if stage.pool is not None:
            grid = grids[len(blocks) - 1]
            pools[len(blocks)] = Pool(stage.pool, grid)  # type: ignore[arg-type]  # PiT states its grids
        blocks += list(stage.blocks)
    return Steps(encoder, tuple(blocks), pools=pools)


def _split(tokens: Tensor, prefix: int) -> Tokens:
    return tokens[:, :prefix], tokens[:, prefix:]


@torch.no_grad()
def _require_same(steps: Steps) -> None:
    """Compare the blocks one after the other with the network: a subclass of timm's may do more between them."""
    encoder = steps.encoder
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (2, 3, encoder.side, encoder.side), dtype=torch.uint8, generator=generator)
    images = images.to(next(encoder.parameters()).device)
    c, patches = steps.start(images)
    for number in range(steps.depth):
        c, patches = steps.together(number, c, patches)
    head = Head(encoder)
    found, wanted = head(steps.features(c)), head(encoder.features(images))
    if not torch.allclose(found, wanted, rtol=TOLERANCE, atol=TOLERANCE * float(wanted.abs().max())):
        raise UserError(
            f"architecture '{encoder.entry.timm}' is more than its blocks one after the other",
            where=f"timm's {type(encoder.backbone).__name__}",
            remedy="take a plain vision transformer, ConViT or PiT",
        )
