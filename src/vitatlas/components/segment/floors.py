"""Segmentations that know nothing of the picture: what maps must beat."""

from __future__ import annotations

import torch
from torch import Tensor

from vitatlas.components.segment.foreground import Segmentation, scaled


def floors(size: tuple[int, int], generator: torch.Generator) -> dict[str, Segmentation]:
    """By name: `everything` is the object; a blob in the `centre`; a `random` number at each pixel.

    Args:
        size: Height and width of the picture.
        generator: Of the random numbers, on the CPU.
    """
    everything = torch.ones(size)
    return {
        "everything": Segmentation(everything, everything.bool()),
        "centre": scaled(_centred(size)),
        "random": scaled(torch.rand(size, generator=generator)),
    }


def _centred(size: tuple[int, int]) -> Tensor:
    """The less, the further from the centre: -(x² + y²), with the edges at ±1.

    What lies above the mean is an ellipse of the picture's proportions that covers π/6 of it.
    """
    y, x = ((2 * torch.arange(side) + 1) / side - 1 for side in size)
    return -(y[:, None] ** 2 + x**2)
