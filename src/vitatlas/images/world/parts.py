"""Parts of pictures: object, background and masks."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Parts:
    """Pictures of B scenes and what they consist of.

    Attributes:
        picture: uint8 [B, 3, S, S], RGB.
        background: uint8 [B, 3, S, S], the same pictures without the objects.
        alone: uint8 [B, 3, S, S], the same objects without the backgrounds.
        mask: bool [B, S, S], the object with its dark outline, without its light rim: pixels that belong to it by half
            or more. Here `alone` is the picture.
        grown: bool [B, S, S], every pixel that object, outline or rim touch. Elsewhere `background` is the picture.
        box: int64 [B, 4], the smallest box round `grown`: top, left, bottom, right, the last two exclusive.
    """

    picture: torch.Tensor
    background: torch.Tensor
    alone: torch.Tensor
    mask: torch.Tensor
    grown: torch.Tensor
    box: torch.Tensor


def boxes(mask: torch.Tensor) -> torch.Tensor:
    """The smallest boxes round what is marked in masks [B, H, W], none of them empty.

    Returns:
        int64 [B, 4]: top, left, bottom, right, the last two exclusive.
    """
    ends = []
    for axis in (2, 1):
        along = mask.any(axis).int()
        ends.append((along.argmax(1), along.shape[1] - along.flip(1).argmax(1)))
    (top, bottom), (left, right) = ends
    return torch.stack([top, left, bottom, right], 1)
