"""Low-pass filters of pictures, by the length of a frequency in cycles per picture (figure 16).

The paper names no filter. There are two: the ideal one, which rings, and a Gaussian, which does not. Both leave half of
the power or more up to the cut-off, and less beyond.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

ROUNDING = 1e-9
"""By how much more than the squared cut-off a squared frequency may be, relative: cut-offs are no exact numbers."""


def squared_frequencies(side: int) -> Tensor:
    """The squared length of each frequency of a real transform, in cycles per picture: float64 [S, S // 2 + 1]."""
    down, across = torch.fft.fftfreq(side, 1 / side, dtype=torch.float64), torch.arange(side // 2 + 1)
    return down[:, None] ** 2 + across[None, :] ** 2


def ideal(squared: Tensor, cycles: float) -> Tensor:
    """The transfer of a disc: 1 up to the cut-off, 0 beyond."""
    return (squared <= cycles**2 * (1 + ROUNDING)).double()


def gaussian(squared: Tensor, cycles: float) -> Tensor:
    """The transfer of a Gaussian whose square, the power, is one half at the cut-off."""
    return torch.exp2(-squared / (2 * cycles**2))


TRANSFERS: dict[str, Callable[[Tensor, float], Tensor]] = {"ideal": ideal, "gaussian": gaussian}


def low_pass(pictures: Tensor, transfer: Tensor) -> Tensor:
    """Filtered pictures, each channel by itself; not clamped.

    Args:
        pictures: float [..., S, S].
        transfer: [S, S // 2 + 1], of real transforms.
    """
    return filtered(torch.fft.rfft2(pictures), transfer, pictures.shape[-1])


def filtered(spectrum: Tensor, transfer: Tensor, side: int) -> Tensor:
    """Pictures [..., S, S] of a spectrum [..., S, S // 2 + 1] that passes a filter."""
    return torch.fft.irfft2(spectrum * transfer, s=(side, side))


def in_8_bits(pictures: Tensor) -> Tensor:
    """Pictures of values in [0, 1] as uint8; what lies outside is clamped."""
    return (255 * pictures.clamp(0, 1)).round().to(torch.uint8)
