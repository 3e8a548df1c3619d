"""Means and standard errors over images that arrive in batches, for overlapping groups of images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Moments:
    """Count, mean and sum of squared deviations per group, merged batch by batch (Chan, Golub & LeVeque 1979).

    Merging deviations instead of summing squares keeps the standard error exact where values hardly vary.

    Args:
        groups: Number of groups; an image may be in any number of them.
        shape: Shape of one image's values.
    """

    def __init__(self, groups: int, shape: tuple[int, ...]):
        self.n = np.zeros(groups, dtype=np.int64)
        self.mean = np.zeros((groups, *shape))
        self._squares = np.zeros((groups, *shape))

    def add(self, values: NDArray[np.floating], member: NDArray[np.bool_]) -> None:
        """Take in `values` [B, *shape] of a batch, with `member` [B, groups] saying which groups each image is in."""
        for group in range(len(self.n)):
            chosen = values[member[:, group]].astype(np.float64)
            if len(chosen):
                self._merge(group, chosen)

    def _merge(self, group: int, values: NDArray[np.float64]) -> None:
        old, new = self.n[group], len(values)
        mean = values.mean(0)
        gap = mean - self.mean[group]
        self.n[group] = old + new
        self.mean[group] += gap * new / (old + new)
        self._squares[group] += ((values - mean) ** 2).sum(0) + gap**2 * old * new / (old + new)

    @property
    def sem(self) -> NDArray[np.float64]:
        """Standard error of the mean [groups, *shape]; NaN for groups of fewer than two images."""
        n = self.n.reshape(-1, *[1] * (self.mean.ndim - 1)).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(n > 1, np.sqrt(self._squares / (n - 1) / n), np.nan)
