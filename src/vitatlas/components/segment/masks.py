"""The mask of a picture: which pixels belong to the object."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.errors import UserError


@dataclass(frozen=True)
class Mask:
    """The truth that maps are held against.

    Attributes:
        positive: bool [H, W], the pixels of the object.
        counted: bool [H, W], the pixels that are counted at all.
    """

    positive: Tensor
    counted: Tensor


def mask_of(values: Tensor, size: tuple[int, int], picture: str, ignored: Tensor | None = None) -> Mask:
    """A mask, of a picture as the network sees it.

    Args:
        values: [H, W], above 0 where the object is.
        size: Height and width of the picture.
        picture: Its name, for messages.
        ignored: bool [H, W], pixels that are not to be counted.

    Raises:
        UserError: The mask is of another size than the picture, or has no pixel of the object that is counted.
    """
    if tuple(values.shape) != size:
        found, wanted = (" × ".join(map(str, shape)) for shape in (values.shape, size))
        raise UserError(
            f"the mask is {found} pixels (height × width), its picture {wanted}",
            where=f"picture '{picture}'",
            remedy="bring mask and picture to size by the same crop",
        )
    positive = values > 0
    counted = torch.ones_like(positive) if ignored is None else ~ignored
    if not bool((positive & counted).any()):
        raise UserError(
            "the mask has no pixel of the object",
            where=f"picture '{picture}'",
            remedy="leave the picture out, or take a crop that shows the object",
        )
    return Mask(positive, counted)
