"""Means, variances and covariances over images that arrive in batches."""

from __future__ import annotations

import torch
from torch import Tensor

SILENT = 1e-6
"""Standard deviation, in units of a vector's length, below which a projection does not vary: what float32 rounds."""


class Spread:
    """Mean and variance of vectors over images, merged batch by batch (Chan, Golub & LeVeque 1979)."""

    def __init__(self) -> None:
        self.n = 0
        self.mean = torch.zeros(())
        self._squares = torch.zeros(())

    def add(self, vectors: Tensor) -> None:
        """Take in float64 `vectors` [B, …, D] of a batch."""
        old, new = self.n, len(vectors)
        mean = vectors.mean(0)
        gap = mean - self.mean
        self.n = old + new
        self.mean = self.mean + gap * (new / self.n)
        between = gap.square().sum(-1) * (old * new / self.n)  # 0 for the first batch, whose gap means nothing
        self._squares = self._squares + (vectors - mean).square().sum((0, -1)) + between

    @property
    def variance(self) -> Tensor:
        """Trace of the covariance matrix […]."""
        return self._squares / (self.n - 1)

    @property
    def length(self) -> Tensor:
        """Root of the mean squared length […]."""
        return (self.mean.square().sum(-1) + self._squares / self.n).sqrt()


class Pairs:
    """Variances and covariances over images of x [B, N, K] and y [B, K], pair by pair in K, merged batch by batch."""

    def __init__(self) -> None:
        self.n = 0
        self._x, self._y = torch.zeros(()), torch.zeros(())
        self._xx, self._yy, self._xy = torch.zeros(()), torch.zeros(()), torch.zeros(())

    def add(self, x: Tensor, y: Tensor) -> None:
        """Take in the float64 numbers of a batch."""
        old, new = self.n, len(x)
        self.n = old + new
        mean_x, mean_y = x.mean(0), y.mean(0)
        gap_x, gap_y = mean_x - self._x, mean_y - self._y
        x, y = x - mean_x, y - mean_y
        between = old * new / self.n  # 0 for the first batch, whose gaps mean nothing
        self._xx = self._xx + x.square().sum(0) + between * gap_x.square()
        self._yy = self._yy + y.square().sum(0) + between * gap_y.square()
        self._xy = self._xy + (x * y[:, None]).sum(0) + between * gap_x * gap_y
        self._x, self._y = self._x + gap_x * (new / self.n), self._y + gap_y * (new / self.n)

    @property
    def variance_x(self) -> Tensor:
        """Of x [N, K]."""
        return self._xx / (self.n - 1)

    @property
    def variance_y(self) -> Tensor:
        """Of y [K]."""
        return self._yy / (self.n - 1)

    @property
    def covariance(self) -> Tensor:
        """Of x and y [N, K]."""
        return self._xy / (self.n - 1)

    def correlation(self, length_x: Tensor, length_y: Tensor) -> Tensor:
        """Pearson's r [N, K]; NaN where x or y does not vary.

        Args:
            length_x: Length of the vectors whose projections x are [N].
            length_y: Length of those whose projections y are, a scalar.
        """
        silent = silent_at(self.variance_x, length_x[:, None]) | silent_at(self.variance_y, length_y)
        r = self.covariance / (self.variance_x * self.variance_y).sqrt()
        return r.clamp(-1, 1).masked_fill(silent, torch.nan)


def silent_at(variance: Tensor, length: Tensor) -> Tensor:
    """Where projections of vectors of that length do not vary beyond rounding."""
    return variance.sqrt() <= SILENT * length
