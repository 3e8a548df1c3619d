"""Patches as the head would read them, behind any number of blocks."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.convit import ConVit
from timm.models.pit import PoolingVisionTransformer
from timm.models.swin_transformer import SwinTransformer
from timm.models.twins import Twins
from timm.models.vision_transformer import VisionTransformer

from vitatlas.features.last_layer.head import prefix_of
from vitatlas.models.encoder import Encoder, Features
from vitatlas.models.sites import layers, observe, patches, sites

NORMED = (VisionTransformer, ConVit, PoolingVisionTransformer, SwinTransformer, Twins)
"""Networks whose `norm` is all that stands between the last block and the head."""

Take = Callable[[int, Tensor], Any]
"""Takes the number of blocks behind which patches were seen, and patches [B, rows, columns, width] after the norm."""


@dataclass(frozen=True)
class PatchSites:
    """Where patches are seen.

    Attributes:
        depth: Number of blocks, L.
        names: Sites, by the number of blocks in front of them: those from the last stage's first block on, whose width
            is the head's. None where more than a norm stands between blocks and head. Behind all blocks, final features
            are taken, where they hold the patches.
    """

    depth: int
    names: dict[int, str]

    @property
    def numbers(self) -> list[int]:
        """The numbers of blocks behind which patches are seen."""
        return sorted({*self.names, self.depth})


def patch_sites(encoder: Encoder) -> PatchSites:
    """Where the patches of an encoder are seen.

    Raises:
        UserError: Its sites are not known.
    """
    if not isinstance(encoder.backbone, NORMED):
        return PatchSites(len(layers(encoder)), {})
    end = ".resid_post"
    blocks = [name.removesuffix(end) for name in sites(encoder) if name.endswith(end)]
    stages = [name.rpartition("block.")[0] for name in blocks]
    first = stages.index(stages[-1])
    names = {number: f"{blocks[number]}.resid_pre" for number in range(first, len(blocks))}
    if isinstance(encoder.backbone, PoolingVisionTransformer):  # its final features are class tokens alone
        names[len(blocks)] = f"{blocks[-1]}{end}"
    return PatchSites(len(blocks), names)


def see_patches(encoder: Encoder, images: Tensor, of: PatchSites, at: Collection[int], take: Take) -> Features:
    """Run the network, and hand over its patches while it runs; all layers together would not fit into memory.

    Args:
        encoder: The network.
        images: uint8 [B, 3, side, side].
        of: Where its patches are seen.
        at: The numbers of blocks behind which they are.
        take: Gets them.

    Returns:
        The network's final features.
    """

    def normed(number: int, site: str, value: Tensor) -> None:
        take(number, encoder.backbone.norm(patches(encoder, site, value)))

    seen = {site: partial(normed, number, site) for number, site in of.names.items() if number in at}
    with observe(encoder, seen):
        features = encoder.features(images)
    if of.depth in at and of.depth not in of.names:
        take(of.depth, _final(encoder, features))
    return features


def _final(encoder: Encoder, features: Any) -> Tensor:
    """Patches of final features, [B, rows, columns, width]."""
    if features.ndim == 3:
        found: Tensor = features[:, prefix_of(encoder.backbone) :]
        side = math.isqrt(found.shape[1])
        return found.unflatten(1, (side, side))
    last: Tensor = features
    return last if getattr(encoder.backbone, "output_fmt", "NCHW") == "NHWC" else last.permute(0, 2, 3, 1)
