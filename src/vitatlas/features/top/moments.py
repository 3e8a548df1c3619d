"""Mean, standard deviation, least and greatest of many units' scores over pictures that come in portions."""

from __future__ import annotations

import numpy as np


class Moments:
    """Running moments, merged portion by portion (Chan, Golub & LeVeque 1979).

    Attributes:
        n: How many pictures were taken in.
        mean: float64 […].
        least, greatest: float64 […].
    """

    def __init__(self) -> None:
        self.n = 0
        self.mean: np.ndarray = np.zeros(())
        self.least: np.ndarray = np.full((), np.inf)
        self.greatest: np.ndarray = np.full((), -np.inf)
        self._squares: np.ndarray = np.zeros(())

    def add(self, scores: np.ndarray) -> None:
        """Take in the scores [B, …] of B pictures."""
        portion = Moments()
        portion.n, portion.mean = len(scores), scores.mean(0, dtype=np.float64)
        portion._squares = np.square(scores - portion.mean).sum(0)
        portion.least, portion.greatest = (end(0).astype(np.float64) for end in (scores.min, scores.max))
        self.merge(portion)

    def merge(self, other: Moments) -> None:
        """Take in those of other pictures."""
        total = self.n + other.n
        if total == 0:
            return
        gap = other.mean - self.mean
        self._squares = self._squares + other._squares + np.square(gap) * (self.n * other.n / total)
        self.mean = self.mean + gap * (other.n / total)
        self.least, self.greatest = np.minimum(self.least, other.least), np.maximum(self.greatest, other.greatest)
        self.n = total

    @property
    def sd(self) -> np.ndarray:
        """The standard deviation (n - 1) […]; NaN of one picture."""
        found: np.ndarray = np.sqrt(self._squares / (self.n - 1)) if self.n > 1 else np.full(self.mean.shape, np.nan)
        return found
