"""Moments, quantiles and top pictures of each unit, from scores on disk.

Scores are read in blocks of columns, each of all pictures of a part: memory grows with neither pictures nor units, and
quantiles are exact. Results depend on the scores alone, not on the batches in which they were made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.features.top.moments import Moments
from vitatlas.features.top.ranking import TopK
from vitatlas.features.top.spec import BY, QUANTILES

BLOCK_BYTES = 2**27
"""Of the scores of a block."""
PIECE = 256
"""Pictures at a time, of a block."""
UNIT = ["site", "layer", "unit"]

Read = Callable[[int, int], np.ndarray]
"""From the first row and the one behind the last to float32 [rows, units, 2]."""


@dataclass(frozen=True)
class Part:
    """The pictures of one part.

    Attributes:
        name: Its name.
        first: The row of its first picture.
        pictures: Their ids.
    """

    name: str
    first: int
    pictures: np.ndarray


def moments_of(read: Read, part: Part, units: pd.DataFrame, scale: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    """One row per unit and way to sum up its patches: part, site, layer, unit, by, n, mean, sd, least, greatest, the
    quantiles of `QUANTILES`, and scale.

    Args:
        read: The scores.
        part: Whose.
        units: One row per column of the scores.
        scale: From the greatest activation of each unit to the 99.9th percentile of its patches' activations, [units]
            each.
    """
    tables = []
    for columns, block in _blocks(read, part, len(units)):
        moments = Moments()
        for first in range(0, len(block), PIECE):
            moments.add(block[first : first + PIECE])
        values = {name: getattr(moments, name) for name in ("mean", "sd", "least", "greatest")}
        values |= dict(zip(QUANTILES, np.quantile(block, list(QUANTILES.values()), axis=0), strict=True))
        tables.append(
            _by_unit(units[columns], part.name, n=moments.n).assign(
                **{name: value.reshape(-1).astype(np.float64) for name, value in values.items()}
            )
        )
    table = pd.concat(tables, ignore_index=True)
    greatest = table.loc[table["by"] == "maximum", "greatest"].to_numpy()
    return table.assign(scale=np.repeat(scale(greatest), len(BY)))


def top_of(read: Read, part: Part, units: pd.DataFrame, kept: int) -> pd.DataFrame:
    """One row per unit, way to sum up and rank from 0: part, site, layer, unit, by, rank, picture, score.

    Args:
        read, part, units: As of `moments_of`.
        kept: How many pictures of each.
    """
    tables = []
    for columns, block in _blocks(read, part, len(units)):
        top = TopK(kept)
        for first in range(0, len(block), PIECE):
            top.add(block[first : first + PIECE], first)
        table = _by_unit(units[columns], part.name)
        ranks = len(top.scores)
        table = table.loc[table.index.repeat(ranks)].assign(rank=np.tile(np.arange(ranks), len(table)))
        pictures, scores = (np.moveaxis(found, 0, -1).reshape(-1) for found in (top.pictures, top.scores))
        tables.append(table.assign(picture=part.pictures[pictures], score=scores))
    return pd.concat(tables, ignore_index=True)


def _by_unit(units: pd.DataFrame, part: str, **constants: Any) -> pd.DataFrame:
    """A row per unit and way to sum up."""
    table = units[UNIT].loc[units.index.repeat(len(BY))].reset_index(drop=True)
    table.insert(0, "part", part)
    return table.assign(by=list(BY) * len(units), **constants)


def _blocks(read: Read, part: Part, units: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Columns, and their scores of all pictures of the part, float32 [pictures, columns, 2]."""
    count = len(part.pictures)
    width = max(1, BLOCK_BYTES // (count * len(BY) * 4))
    for left in range(0, units, width):
        columns = slice(left, min(left + width, units))
        block = np.empty((count, columns.stop - left, len(BY)), np.float32)
        for first in range(0, count, PIECE):
            stop = min(first + PIECE, count)
            block[first:stop] = read(part.first + first, part.first + stop)[:, columns]
        yield columns, block
