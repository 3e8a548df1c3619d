"""Pictures of which only the object, or only its surroundings, are left (section 5)."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.config.models import Preprocessing
from vitatlas.features.reliance.conditions import BLACK, MEAN

FILLS = (BLACK, MEAN)


def fill_colours(preprocessing: Preprocessing) -> dict[str, Tensor]:
    """The colours in place of what is masked, uint8 [3] each.

    `black` is what the authors' code takes. `mean` is the mean colour of the model's preprocessing, to the nearest
    8-bit colour: 0 after normalisation for every model, where black is -1 for one and -2 for another.
    """
    mean = (255 * torch.tensor(preprocessing.mean)).round().clamp(0, 255).to(torch.uint8)
    return {"black": torch.zeros(3, dtype=torch.uint8), "mean": mean}


def box_masks(corners: Tensor, height: int, width: int) -> Tensor:
    """The pixels of boxes: bool [B, H, W].

    Args:
        corners: int64 [B, 4], top, left, bottom, right, the last two exclusive.
        height, width: Of the pictures.
    """
    top, left, bottom, right = (corners[:, number, None] for number in range(4))
    y, x = (torch.arange(length, device=corners.device) for length in (height, width))
    return ((y >= top) & (y < bottom))[:, :, None] & ((x >= left) & (x < right))[:, None, :]


def foreground(pictures: Tensor, inside: Tensor, fill: Tensor) -> Tensor:
    """Pictures [..., 3, H, W] with the fill [3] wherever they are not `inside` (bool [..., H, W])."""
    return torch.where(inside.unsqueeze(-3), pictures, fill.to(pictures)[:, None, None])


def background(pictures: Tensor, inside: Tensor, fill: Tensor) -> Tensor:
    """Pictures [..., 3, H, W] with the fill [3] wherever they are `inside` (bool [..., H, W])."""
    return foreground(pictures, ~inside, fill)


MASKED = {"foreground": foreground, "background": background}
