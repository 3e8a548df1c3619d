"""Methods that segment a picture by the logit of its class, each with its own rule for what is the object.

`decomposition`: the shares of tokens in the logit, summed over all heads from a block on. The map of each layer's grid
is brought to the size of the picture before they are summed, so that a share counts at each of its pixels in full.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.components.decompose.logits import class_directions
from vitatlas.components.segment.chefer.attribution import attribution
from vitatlas.components.segment.foreground import Segmentation, clipped, enlarged, scaled
from vitatlas.components.segment.gradcam import gradcam

Method = Callable[[Decomposer, Tensor, Tensor], Segmentation]
"""From a decomposition, pictures [B, 3, side, side] uint8 and classes int64 [B] to maps [B, side, side].

May raise an UndefinedError, where the network has no such map.
"""


def decomposition(of: Decomposer, images: Tensor, classes: Tensor) -> Segmentation:
    """See above.

    Raises:
        UserError: The head does not read z; attention that cannot be split over tokens.
    """
    return clipped(logit_map(of, images, classes))


def chefer(of: Decomposer, images: Tensor, classes: Tensor) -> Segmentation:
    """Transformer attribution (Chefer et al. 2021)."""
    return scaled(enlarged(attribution(of.encoder, images, classes), _size(images)))


def grad_cam(of: Decomposer, images: Tensor, classes: Tensor) -> Segmentation:
    """Grad-CAM (Selvaraju et al. 2017)."""
    return scaled(enlarged(gradcam(of.encoder, images, classes), _size(images)))


METHODS: dict[str, Method] = {"chefer": chefer, "gradcam": grad_cam, "decomposition": decomposition}


def logit_map(of: Decomposer, images: Tensor, classes: Tensor) -> Tensor:
    """The shares of tokens in the logits of `classes`, over all heads of the decomposition, [B, side, side]."""
    directions, _ = class_directions(of.encoder, of.encoder(images), classes)
    heads = [number for number, component in enumerate(of.components) if component.kind == "head"]
    total = torch.zeros(len(images), *_size(images), dtype=directions.dtype, device=images.device)
    for shares in _by_grid(of, images, dict.fromkeys(heads, directions)).values():
        total += enlarged(shares, _size(images))
    return total


def _by_grid(of: Decomposer, images: Tensor, directions: dict[int, Tensor]) -> dict[tuple[int, ...], Tensor]:
    """Sums of maps over the heads of each grid."""
    sums: dict[tuple[int, ...], Tensor] = {}
    for shares in token_shares(of, images, directions).values():
        grid = tuple(shares.maps.shape[1:])
        sums[grid] = sums[grid] + shares.maps if grid in sums else shares.maps
    return sums


def _size(images: Tensor) -> tuple[int, int]:
    return images.shape[-2], images.shape[-1]
