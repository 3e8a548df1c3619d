"""Maps of the units of one layer, from the network.

The network runs up to the layer only. Prefix tokens are no part of a map, windows are undone: a value stands where its
patch is in the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.errors import UserError
from vitatlas.features.maps.pictures import chosen
from vitatlas.models.encoder import Encoder
from vitatlas.models.sites import Layer, patches, until
from vitatlas.models.sites.layouts import Grid

Shift = tuple[int, int]
"""Down and to the right."""

UNMOVED: Shift = (0, 0)


@dataclass(frozen=True)
class Pairs:
    """Units with pictures.

    Attributes:
        positions: Of the pictures, int64 [N].
        units: Numbers within the layer, int64 [N].
    """

    positions: np.ndarray
    units: np.ndarray


def layer_maps(encoder: Encoder, site: str, images: Tensor) -> Tensor:
    """The maps of all units at a site: [B, rows, columns, M].

    Args:
        encoder: In evaluation mode.
        site: Its full name.
        images: uint8 [B, 3, side, side].
    """
    return patches(encoder, site, until(encoder, images, site), encoder.side)


@torch.no_grad()
def pair_maps(
    encoder: Encoder, layer: Layer, pictures: Pictures, pairs: Pairs, batch: int, pixels: Shift = UNMOVED
) -> Tensor:
    """The map of each unit on its picture: float32 [N, rows, columns], on the CPU.

    Each picture passes the network once. Besides the result, no more than one batch is in memory.

    Args:
        encoder: In evaluation mode.
        layer: Whose units these are.
        pictures: The set.
        pairs: At least one.
        batch: Pictures at a time.
        pixels: By how much pictures are rolled before the network sees them; the map stays as the network gives it.

    Raises:
        UserError: A value is not finite.
    """
    positions, where = np.unique(pairs.positions, return_inverse=True)
    device = next(encoder.parameters()).device
    found: Tensor | None = None
    start = 0
    for images in chosen(pictures, positions).batches(batch):
        maps = layer_maps(encoder, layer.activation, images.to(device).roll(pixels, (2, 3)))
        here = np.flatnonzero((where >= start) & (where < start + len(images)))
        values = maps.permute(0, 3, 1, 2)[where[here] - start, pairs.units[here]].float().cpu()
        if found is None:
            found = values.new_empty(len(where), *values.shape[1:])
        found[here] = values
        start += len(images)
    if found is None:
        raise ValueError("no pairs")
    if not bool(found.isfinite().all()):
        raise UserError(
            f"activations at '{layer.activation}' are not finite",
            where=f"layer {layer.index}",
            remedy="look at the weights",
        )
    return found


def patch_size(side: int, grid: Grid | None) -> int | None:
    """The side of a patch in pixels; None where patches do not divide the picture into squares."""
    if grid is None or grid[0] != grid[1] or side % grid[0]:
        return None
    return side // grid[0]


def roll_step(side: int, layers: Sequence[Layer]) -> int:
    """The least roll in pixels that is of whole patches in every layer whose patches divide the picture."""
    sizes = [size for layer in layers if (size := patch_size(side, layer.grid)) is not None]
    return math.lcm(*sizes)
