"""From a map on a network's grid to a segmentation of a picture (components, table 5)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import interpolate

from vitatlas.components.segment.ratio import ratio


@dataclass(frozen=True)
class Segmentation:
    """Maps at the size of pictures, and what they take for the object.

    Attributes:
        saliency: [..., H, W], in [0, 1].
        foreground: bool [..., H, W].
    """

    saliency: Tensor
    foreground: Tensor


def enlarged(maps: Tensor, size: tuple[int, int]) -> Tensor:
    """Maps [B, rows, columns] at the size of their pictures, [B, H, W], bilinear between the centres of patches."""
    return interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]


def clipped(maps: Tensor) -> Segmentation:
    """The rule for shares of a logit: negative ones count as 0, the largest is 1, the object is above the mean.

    The mean is that of the clipped map. To average precision, all negative shares are equal.

    Args:
        maps: [..., H, W]. A map without a positive value takes nothing for the object.
    """
    positive = maps.clamp(min=0)
    return _above_mean(ratio(positive, positive.amax(dim=(-2, -1), keepdim=True)))


def scaled(maps: Tensor) -> Segmentation:
    """The rule for other maps: from the least, 0, to the largest, 1; the object is above the mean.

    Args:
        maps: [..., H, W]. A constant map takes nothing for the object.
    """
    raised = maps - maps.amin(dim=(-2, -1), keepdim=True)
    return _above_mean(ratio(raised, raised.amax(dim=(-2, -1), keepdim=True)))


def _above_mean(saliency: Tensor) -> Segmentation:
    return Segmentation(saliency, saliency > saliency.mean(dim=(-2, -1), keepdim=True))
