"""The augmented copies of a visualisation: jitter, colour shift, noise (section 3; the authors' code).

All draws of a feature derive from its own seed, step by step, so they depend neither on the features beside it nor on
where an interrupted job went on. Each kind has its own generator: a switch changes no other draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from torch import Tensor

from vitatlas.features.config.visualise import VisualiseProtocol, VisualiseSettings
from vitatlas.features.visualise.roll import rolled
from vitatlas.features.visualise.schedule import noise_strength
from vitatlas.jobs.seeds import derive_seed

CHANNELS = 3


def generator_of(seed: int, name: str) -> torch.Generator:
    """The generator of one kind of draws of a feature; on the CPU, so that they are the same on every device."""
    return torch.Generator().manual_seed(derive_seed(seed, name))


def colour_shift(
    uniform: Tensor, settings: VisualiseSettings, law: Literal["corrected", "reference"]
) -> tuple[Tensor, Tensor]:
    """Factors and offsets of the shift x → factor · x + offset, each [..., 3].

    Args:
        uniform: Draws between -1 and 1 [..., 2, 3]: of mu, and of the logarithm of sigma.
        settings: The ranges of both.
        law: The switch `protocol.colour_shift`.
    """
    mu, sigma = settings.mu * uniform[..., 0, :], (settings.log_sigma * uniform[..., 1, :]).exp()
    return (1 / sigma, -mu / sigma) if law == "reference" else (sigma, mu)


class Augmentations:
    """The augmentations of some features in all steps.

    Args:
        seeds: One per feature.
        settings: How strong they are.
        protocol: Which laws they follow.
        side: Of the pictures, in pixels.
        like: A tensor of the device and the type of the pictures.
    """

    def __init__(
        self, seeds: Sequence[int], settings: VisualiseSettings, protocol: VisualiseProtocol, side: int, like: Tensor
    ):
        self._seeds, self._settings, self._protocol, self._like = list(seeds), settings, protocol, like
        if not settings.augmented:
            return
        most, size = settings.jitter_of(side), (settings.steps, settings.copies)
        self._shifts = self._drawn("jitter", lambda g: torch.randint(-most, most + 1, (*size, 2), generator=g))
        if protocol.jitter == "reference":
            self._shifts = self._shifts[:, :, :1].expand_as(self._shifts)
        uniform = self._drawn("colour", lambda g: 2 * torch.rand(*size, 2, CHANNELS, generator=g) - 1).to(like.dtype)
        self._factors, self._offsets = colour_shift(uniform, settings, protocol.colour_shift)
        if protocol.noise == "reference":
            self._constants = self._drawn("noise", lambda g: torch.randn(*size, CHANNELS, generator=g)).to(like.dtype)
        self._generator = torch.Generator(like.device)

    def __call__(self, images: Tensor, step: int) -> Tensor:
        """Copies [N, B, 3, S, S] of pictures [N, 3, S, S] in a step: factor · roll(x) + offset + noise."""
        if not self._settings.augmented:
            return images[:, None]
        factors, offsets = (values[step][..., None, None] for values in (self._factors, self._offsets))
        copies = torch.addcmul(offsets, factors, rolled(images, self._shifts[step]))
        settings = self._settings
        strength = noise_strength(self._protocol.noise, settings.noise, step, settings.steps)
        return copies.add_(self._noise(copies.shape, step), alpha=strength)

    def _drawn(self, name: str, draw: Callable[[torch.Generator], Tensor]) -> Tensor:
        """Draws of all features [T, N, B, …], on the pictures' device."""
        return torch.stack([draw(generator_of(seed, name)) for seed in self._seeds], dim=1).to(self._like.device)

    def _noise(self, shape: torch.Size, step: int) -> Tensor:
        """Noise of standard deviation 1. Per pixel it would not fit into memory for all steps: each step has a seed."""
        if self._protocol.noise == "reference":
            return self._constants[step][..., None, None]
        noise = torch.empty(shape, device=self._like.device)
        for number, seed in enumerate(self._seeds):
            self._generator.manual_seed(derive_seed(seed, "noise", step))
            noise[number].normal_(generator=self._generator)
        return noise.to(self._like.dtype)
