"""Paired comparisons of models by how they classify each of the same changed pictures. Imports no torch.

    one, other = load_hits(vit), load_hits(cnn)
    interval(difference(one, other, lambda hits: normalised(hits, "test", "boxes_black_background", seed=0)))

Every quantity here is [1 + draws], its value first, then those on drawn sets of pictures: the same sets for all models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.features.reliance.conditions import FULL
from vitatlas.features.reliance.curve import area
from vitatlas.features.reliance.resampled import Floats, ratio, resampled_means
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.seeds import derive_seed


@dataclass(frozen=True)
class Hits:
    """The ranks of true classes that one model gives.

    Attributes:
        path: The file.
        conditions: The ways in which pictures were shown, by column.
        table: One row per picture.
    """

    path: Path
    conditions: dict[str, dict[str, Any]]
    table: pd.DataFrame

    def part(self, name: str) -> pd.DataFrame:
        """The pictures of one part.

        Raises:
            UserError: There is no such part.
        """
        found = self.table[self.table["part"] == name]
        if found.empty:
            given = ", ".join(self.table["part"].unique())
            raise UserError(f"there are no pictures '{name}'", where=self.path, remedy=f"there are: {given}")
        return found


Quantity = Callable[[Hits], Floats]


def load_hits(path: Path) -> Hits:
    """Read what the job `masked` or `low_pass` wrote as `hits`."""
    return Hits(path, read_provenance(path)["about"]["conditions"], pd.read_parquet(path))


def accuracy(hits: Hits, part: str, column: str, *, seed: int, top: int = 1) -> Floats:
    """The share of pictures whose true class is among the first `top`.

    Raises:
        UserError: The pictures were not shown so.
    """
    return _shares(hits, part, [column], seed, top)[:, 0]


def normalised(hits: Hits, part: str, column: str, *, seed: int, top: int = 1) -> Floats:
    """100 times the accuracy over that on full pictures.

    Raises:
        UserError: As `accuracy`.
    """
    shares = _shares(hits, part, [column, FULL], seed, top)
    return 100 * ratio(shares[:, 0], shares[:, 1])


def gain(hits: Hits, column: str, *, part: str, neutral: str, seed: int, top: int = 1) -> Floats:
    """By how much normalised accuracy is higher where the background goes with the class than where it does not.

    Args:
        column: The way of showing.
        part: Pictures whose background goes with the class.
        neutral: Pictures whose background tells nothing about it; other ones, so that the two are drawn by themselves.

    Raises:
        UserError: As `accuracy`.
    """
    informed, other = (normalised(hits, name, column, seed=seed, top=top) for name in (part, neutral))
    return informed - other


def relative_area(
    hits: Hits, part: str, name: str, *, seed: int, low: float | None = None, high: float | None = None
) -> Floats:
    """The mean height of top-1 over that of unfiltered pictures, over the logarithm of the cut-off.

    Args:
        name: The filter.
        low, high: Between which cut-offs, in cycles per picture; None: all that were measured.

    Raises:
        UserError: As `accuracy`.
    """
    columns = _cutoffs(hits, name)
    shares = _shares(hits, part, [*columns, FULL], seed, 1)
    return area(np.array(list(columns.values())), ratio(shares[:, :-1], shares[:, -1:]), low, high)


def shared_range(one: Hits, other: Hits, name: str) -> tuple[float, float]:
    """The cut-offs, lowest and highest, between which two models were measured, in cycles per picture.

    Models that see pictures of other sizes have other cut-offs.
    """
    ends = [(min(found), max(found)) for found in (list(_cutoffs(hits, name).values()) for hits in (one, other))]
    return max(low for low, _ in ends), min(high for _, high in ends)


def difference(one: Hits, other: Hits, of: Quantity) -> Floats:
    """A quantity of one model minus that of another, on the same pictures.

    Raises:
        UserError: The pictures are not the same; as `of`.
    """
    for key in ("part", "picture", "label"):
        if one.table[key].tolist() != other.table[key].tolist():
            raise UserError(
                "two models were shown other pictures, or in another order",
                where=f"{one.path} and {other.path}",
                remedy="make both from the same pictures",
            )
    return of(one) - of(other)


def _cutoffs(hits: Hits, name: str) -> dict[str, float]:
    """The cut-offs of a filter in cycles per picture, by column."""
    found = {column: way["cycles"] for column, way in hits.conditions.items() if way.get("filter") == name}
    if not found:
        raise UserError(f"pictures were not filtered by '{name}'", where=hits.path, remedy="take `ideal` or `gaussian`")
    return found


def _shares(hits: Hits, part: str, columns: list[str], seed: int, top: int) -> Floats:
    """Accuracies [1 + draws, columns]; sets of a part are drawn by seed and part alone."""
    found = hits.part(part)
    for column in columns:
        if column not in hits.conditions or (found[column] < 0).any():
            given = ", ".join(hits.conditions)
            problem = f"the pictures '{part}' were not shown as '{column}'"
            raise UserError(problem, where=hits.path, remedy=f"there are: {given}")
    return resampled_means(found[columns].to_numpy() < top, derive_seed(seed, part))
