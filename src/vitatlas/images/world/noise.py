"""Pixel noise as a hash of (seed, pixel): no stream of random numbers, so that scenes do not depend on each other."""

from __future__ import annotations

import torch

# Multipliers of the finaliser of MurmurHash3 (Appleby), and the golden ratio, as signed 32-bit integers.
_MIX_1, _MIX_2, _STEP = (value - 2**32 for value in (0x85EBCA6B, 0xC2B2AE35, 0x9E3779B9))
_DICE, _FACES = 3, 8


def noise(seed: torch.Tensor, pixels: int) -> torch.Tensor:
    """Noise of pictures: sums of three dice from 0 to 7 less their mean, rounded: standard deviation 4.0.

    Args:
        seed: int32 [B].
        pixels: Of one picture.

    Returns:
        int32 [B, 3, pixels], from -10 to 11.
    """
    bits = mix(mix(seed)[:, None] + torch.arange(pixels, dtype=torch.int32, device=seed.device) * _STEP)
    channels = []
    for channel in range(3):
        dice = [(bits >> (3 * (_DICE * channel + die))) & (_FACES - 1) for die in range(_DICE)]
        channels.append(dice[0] + dice[1] + dice[2])
    return torch.stack(channels, 1) - 10


def mix(state: torch.Tensor) -> torch.Tensor:
    """A hash of int32 values: every bit of the result depends on every bit of the input."""
    state = state ^ ((state >> 16) & 0xFFFF)  # the mask makes the shift of a signed number a logical one
    state = state * _MIX_1
    state = state ^ ((state >> 13) & 0x7FFFF)
    state = state * _MIX_2
    return state ^ ((state >> 16) & 0xFFFF)
