"""The highest scores of many units over pictures that come in any portions.

Score and number of the picture make one whole number whose order is that of ranks: higher scores first, and of equal
scores the earlier picture. All numbers differ, so the highest are the same in whatever portions they come.
"""

from __future__ import annotations

import numpy as np

PICTURES = 2**32
"""More pictures than there may be."""
LOW = PICTURES - 1
MAGNITUDE = 0x7FFFFFFF


class TopK:
    """The k pictures with the highest scores, of each unit; all, while there are fewer.

    Args:
        k: How many, at least 1.
    """

    def __init__(self, k: int):
        if k < 1:
            raise ValueError(f"k: {k} is less than 1")
        self._k = k
        self._keys: np.ndarray | None = None  # int64 [≤ k, …], the highest first

    def add(self, scores: np.ndarray, first: int) -> None:
        """Take in float32 scores [B, …] of the pictures `first` to `first + B - 1`.

        Raises:
            ValueError: A score is not finite.
        """
        if not np.isfinite(scores).all():
            raise ValueError("a score is not finite")
        bits = (scores.astype(np.float32) + np.float32(0)).view(np.int32)  # adding makes -0 equal to 0
        rising = (bits ^ ((bits >> 31) & MAGNITUDE)).astype(np.int64)
        numbers = np.arange(first, first + len(scores), dtype=np.int64).reshape(-1, *[1] * (scores.ndim - 1))
        self._take((rising << 32) + (LOW - numbers))

    def merge(self, other: TopK) -> None:
        """Take in those of another one, of other pictures."""
        if other._keys is not None:
            self._take(other._keys)

    @property
    def scores(self) -> np.ndarray:
        """float32 [≤ k, …], the highest first."""
        rising = (self._found() >> 32).astype(np.int32)
        found: np.ndarray = (rising ^ ((rising >> 31) & MAGNITUDE)).view(np.float32)
        return found

    @property
    def pictures(self) -> np.ndarray:
        """The numbers of their pictures, int64 [≤ k, …]."""
        return LOW - (self._found() & LOW)

    def _found(self) -> np.ndarray:
        if self._keys is None:
            raise ValueError("no scores were taken in")
        return self._keys

    def _take(self, keys: np.ndarray) -> None:
        keys = keys if self._keys is None else np.concatenate([self._keys, keys])
        if len(keys) > self._k:
            keys = np.partition(keys, len(keys) - self._k, axis=0)[-self._k :]
        self._keys = np.sort(keys, axis=0)[::-1]
