"""Pictures in the order of their scores, and ranks within groups of pictures, for many units at once."""

from __future__ import annotations

import numpy as np


class Order:
    """The pictures in ascending order of their scores, unit by unit, sorted once.

    Of equal scores, the later picture comes first, so that the last ones are the top pictures with ties going to the
    earlier picture.

    Args:
        scores: float [N, U], of N pictures and U units.

    Attributes:
        pictures: int32 [U, N], positions of pictures.
    """

    def __init__(self, scores: np.ndarray):
        last = len(scores) - 1
        backwards = np.ascontiguousarray(scores[::-1].T)
        places = np.argsort(backwards, axis=1, kind="stable")
        found = np.take_along_axis(backwards, places, axis=1)
        self.pictures = (last - places).astype(np.int32)
        self._level = np.zeros(places.shape, dtype=np.int32)  # number of different lower scores
        np.cumsum(found[:, 1:] != found[:, :-1], axis=1, out=self._level[:, 1:])

    def top(self, count: int) -> np.ndarray:
        """The pictures of the largest scores, int32 [U, count], the largest first."""
        return self.pictures[:, : -count - 1 : -1]

    def ranks(self, codes: np.ndarray | None = None) -> np.ndarray:
        """Ranks from 1 on among the pictures with the same code, float64 [N, U]; equal scores share their mean.

        Args:
            codes: Of each picture, int64 [N], all from 0 to the largest; None: all pictures are one group.
        """
        if codes is None:
            return self._spread(self.pictures, *_ends(self._level, np.zeros(1, dtype=np.int64)))
        counts = np.bincount(codes)
        starts = np.cumsum(counts) - counts
        # Small integers are sorted without comparisons. All rows have as many pictures in each group.
        small = codes.astype(np.int16) if len(counts) < 2**15 else codes
        places = np.argsort(small[self.pictures], axis=1, kind="stable")
        level = np.take_along_axis(self._level, places, axis=1)
        first, last = _ends(level, starts)
        offset = np.repeat(starts, counts)
        return self._spread(np.take_along_axis(self.pictures, places, axis=1), first - offset, last - offset)

    def below(self, chosen: np.ndarray) -> np.ndarray:
        """How many of the `chosen` pictures (bool [N]) have a lower score, equal ones counted half: float64 [N, U]."""
        upto = np.cumsum(chosen[self.pictures], axis=1)
        first, last = _ends(self._level, np.zeros(1, dtype=np.int64))
        before = np.concatenate([np.zeros((len(upto), 1), dtype=upto.dtype), upto], axis=1)
        lower, notabove = np.take_along_axis(before, first, axis=1), np.take_along_axis(before, last + 1, axis=1)
        return self._put(self.pictures, (lower + notabove) / 2)

    def _spread(self, pictures: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        return self._put(pictures, (first + last) / 2 + 1)

    @staticmethod
    def _put(pictures: np.ndarray, values: np.ndarray) -> np.ndarray:
        found = np.empty(values.shape)
        np.put_along_axis(found, pictures, values, axis=1)
        return np.ascontiguousarray(found.T)


def _ends(level: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last place of the run of equal levels that each place is in, int64 [U, N] each.

    Args:
        level: int32 [U, N].
        starts: Places where a run begins in any case.
    """
    count = level.shape[1]
    begins = np.ones(level.shape, dtype=bool)
    begins[:, 1:] = level[:, 1:] != level[:, :-1]
    begins[:, starts[starts < count]] = True
    first = np.tile(np.arange(count), (len(level), 1))
    last = first.copy()
    tied = np.flatnonzero(~begins.all(axis=1))  # few units have equal scores
    if len(tied):
        ends = np.ones((len(tied), count), dtype=bool)
        ends[:, :-1] = begins[tied, 1:]
        first[tied] = np.maximum.accumulate(np.where(begins[tied], first[tied], 0), axis=1)
        last[tied] = np.minimum.accumulate(np.where(ends, last[tied], count - 1)[:, ::-1], axis=1)[:, ::-1]
    return first, last
