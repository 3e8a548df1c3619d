"""Ways to describe a picture by numbers that are optimised: pixels, a spectrum, or its phases alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from vitatlas.features.config.visualise import Parametrisation
from vitatlas.features.visualise.augment import CHANNELS, generator_of

SMALL = 0.01
"""Standard deviation of a spectrum at the start: a picture that is nearly grey."""
CALM = 0.25
"""On pictures before the sigmoid: a step of Adam moves all frequencies at once, and would saturate it."""


class Form(Protocol):
    """One way to describe pictures."""

    def start(self, seeds: Sequence[int]) -> Tensor:
        """The numbers at the start [N, …], float32 on the CPU, those of each feature drawn from its seed."""

    def pixels(self, values: Tensor) -> Tensor:
        """The pictures [N, 3, S, S], in [0, 1]."""

    def keep(self, values: Tensor) -> None:
        """Put the numbers back, in place, into the range in which they describe pictures."""


class Pixels:
    """The pixels themselves; see `Form`. They start evenly distributed, and are clamped after each step.

    Args:
        side: Of the pictures.
    """

    def __init__(self, side: int):
        self._side = side

    def start(self, seeds: Sequence[int]) -> Tensor:
        """See `Form`."""
        size = (CHANNELS, self._side, self._side)
        return torch.stack([torch.rand(size, generator=generator_of(seed, "start")) for seed in seeds])

    def pixels(self, values: Tensor) -> Tensor:
        """See `Form`."""
        return values

    def keep(self, values: Tensor) -> None:
        """See `Form`."""
        values.clamp_(0, 1)


class Fourier:
    """A spectrum of which each frequency counts by its period, under a sigmoid (Olah et al. 2017); see `Form`.

    Args:
        side: Of the pictures.
        like: A tensor of the device and the type of the numbers.
    """

    def __init__(self, side: int, like: Tensor):
        self._side = side
        rows, columns = torch.fft.fftfreq(side), torch.fft.rfftfreq(side)
        self._periods = (1 / torch.hypot(rows[:, None], columns).clamp(min=1 / side)).to(like)

    def start(self, seeds: Sequence[int]) -> Tensor:
        """See `Form`."""
        size = (CHANNELS, *self._periods.shape, 2)
        return SMALL * torch.stack([torch.randn(size, generator=generator_of(seed, "start")) for seed in seeds])

    def pixels(self, values: Tensor) -> Tensor:
        """See `Form`."""
        spectrum = torch.view_as_complex(values) * self._periods
        size = (self._side, self._side)
        return torch.sigmoid(CALM * torch.fft.irfft2(spectrum, s=size, norm="ortho"))

    def keep(self, values: Tensor) -> None:
        """See `Form`: every spectrum describes a picture."""


class Phases:
    """The phases of a spectrum whose magnitudes are given (MACO, Fel et al. 2023); see `Form`.

    The mean of each channel has no phase. What leaves [0, 1] is cut off, so magnitudes are those given up to that.

    Args:
        magnitudes: Of the pictures' real Fourier transform [3, S, S // 2 + 1], on the device of the numbers.
        side: Of the pictures, S.
    """

    def __init__(self, magnitudes: Tensor, side: int):
        self._magnitudes, self._side = magnitudes, side
        self._free = torch.ones_like(magnitudes)
        self._free[:, 0, 0] = 0

    def start(self, seeds: Sequence[int]) -> Tensor:
        """See `Form`."""
        size = self._magnitudes.shape
        uniform = [torch.rand(size, generator=generator_of(seed, "start")) for seed in seeds]
        return math.pi * (2 * torch.stack(uniform) - 1)

    def pixels(self, values: Tensor) -> Tensor:
        """See `Form`."""
        spectrum = torch.polar(self._magnitudes.expand_as(values), values * self._free)
        return torch.fft.irfft2(spectrum, s=(self._side, self._side)).clamp(0, 1)

    def keep(self, values: Tensor) -> None:
        """See `Form`: every angle is a phase."""


def form_of(name: Parametrisation, side: int, like: Tensor, magnitudes: Tensor | None) -> Form:
    """The form of this name.

    Args:
        name: The key `settings.parametrisation`.
        side: Of the pictures.
        like: A tensor of the device and the type of the numbers.
        magnitudes: For `maco`.
    """
    if name == "pixel":
        return Pixels(side)
    if name == "fourier":
        return Fourier(side, like)
    if magnitudes is None:
        raise ValueError("maco: no magnitudes")
    return Phases(magnitudes.to(like), side)
