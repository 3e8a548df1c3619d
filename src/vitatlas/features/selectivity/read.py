"""Scores of pictures, read a few units at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.top.read import load_scores

PIECE = 2**19
"""Scores of the file that are in reach at a time."""

NUMBERS = 2**24
"""Scores read at a time: whole rows of the file where there are few pictures, long pieces of them where there are many.
"""


@dataclass(frozen=True)
class Columns:
    """Scores of the units of one encoder on the pictures of one part.

    Attributes:
        path: The array of all pictures, float32 [pictures, units, 2].
        columns: The columns of the units in the array.
        units: One row per unit, in the order of columns: site, layer, unit.
        pictures: One row per picture of the part.
        first: The row of its first picture in the array.
    """

    path: Path
    columns: np.ndarray
    units: pd.DataFrame
    pictures: pd.DataFrame
    first: int

    def blocks(self) -> Iterator[tuple[slice, np.ndarray]]:
        """All units, some at a time: which, and their scores [pictures, U, 2].

        Raises:
            UserError: A score is not finite.
        """
        step = max(1, NUMBERS // (2 * len(self.pictures)))
        for first in range(0, len(self.units), step):
            columns = slice(first, min(first + step, len(self.units)))
            yield columns, self.of(columns)

    def of(self, columns: slice | np.ndarray) -> np.ndarray:
        """Scores of some units, [pictures, U, 2].

        Raises:
            UserError: A score is not finite.
        """
        found = np.concatenate(list(self._pieces(columns)))
        bad = np.argwhere(~np.isfinite(found))
        if len(bad):
            picture, unit = self.pictures.iloc[bad[0][0]], self.units.iloc[columns].iloc[bad[0][1]]
            raise UserError(
                f"the score of unit {unit['unit']} of {unit['site']}, layer {unit['layer']}, is not finite for picture "
                f"'{picture['picture']}'",
                where=self.path,
                remedy="look at the weights of the model",
            )
        return found

    def _pieces(self, columns: slice | np.ndarray) -> Iterator[np.ndarray]:
        """Scores of some units, some pictures at a time."""
        last, some = self.first + len(self.pictures), self.columns[columns]
        step = max(1, PIECE // self._open().shape[1])
        for row in range(self.first, last, step):
            # Opened anew each time: what stays mapped counts as memory of the process
            yield np.array(self._open()[row : min(row + step, last)][:, some])

    def _open(self) -> np.ndarray:
        return np.load(self.path, mmap_mode="r", allow_pickle=False)


def columns_of(path: Path, units: Path, pictures: Path, part: str, sites: Sequence[str]) -> Columns:
    """The scores of the units of some sites on the pictures of one part.

    Raises:
        UserError: The files do not fit each other, cannot be read, have no such part, or no unit of these sites.
    """
    whole = load_scores(path, units, pictures)
    some = whole.part(part)
    first = int(np.argmax((whole.pictures["part"] == part).to_numpy()))
    columns = np.flatnonzero(some.units["site"].isin(sites))
    if not len(columns):
        raise UserError(
            f"no unit of the sites {', '.join(sites)} was scored",
            where=units,
            remedy="let `selectivity.sites` name sites of `scores.sites`",
        )
    return Columns(path, columns, some.units.iloc[columns].reset_index(drop=True), some.pictures, first)
