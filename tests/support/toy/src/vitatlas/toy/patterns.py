"""Images of simple patterns."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.toy.artifacts import Feature

WIDTH = 4  # pixels of a stripe, or of the side of a square
GREY = 128


def patterns(feature: Feature, side: int, images: int) -> Tensor:
    """Images of a pattern, black and white, each a pixel further to the left: uint8 [images, 3, side, side]."""
    places = torch.arange(side)
    across = (places + torch.arange(images)[:, None]) // WIDTH  # [images, side]
    down = places // WIDTH if feature == "checks" else torch.zeros_like(places)
    white = (across[:, None, :] + down[None, :, None]) % 2
    return (255 * white).to(torch.uint8)[:, None].expand(-1, 3, -1, -1).contiguous()


def grey(side: int) -> Tensor:
    """An image without any pattern: uint8 [1, 3, side, side]."""
    return torch.full((1, 3, side, side), GREY, dtype=torch.uint8)
