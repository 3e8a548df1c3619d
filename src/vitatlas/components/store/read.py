"""Reading arrays of vectors with their tables, and joining them by picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.components.decompose.component import BIAS
from vitatlas.errors import UserError
from vitatlas.jobs.mapped import mapped, table_of

REMEDY = "delete the array with its tables and make them again"


@dataclass(frozen=True)
class Representations:
    """Vectors z of pictures.

    Attributes:
        z: [pictures, d], mapped from the file.
        pictures: One row per picture: `picture`, `part`, and what is known of it.
        where: The file.
    """

    z: np.ndarray
    pictures: pd.DataFrame
    where: Path

    def part(self, name: str) -> Representations:
        """Those of one part."""
        rows = _rows(self.pictures, name, self.where)
        return replace(self, z=self.z[rows], pictures=self.pictures.iloc[rows].reset_index(drop=True))


@dataclass(frozen=True)
class Contributions:
    """Contributions of components to pictures.

    Attributes:
        vectors: [pictures, components, d], mapped from the file.
        pictures: As of `Representations`.
        components: One row per component, in order.
        where: The file.
    """

    vectors: np.ndarray
    pictures: pd.DataFrame
    components: pd.DataFrame
    where: Path

    def part(self, name: str) -> Contributions:
        """Those of the pictures of one part; still mapped."""
        rows = _rows(self.pictures, name, self.where)
        return replace(self, vectors=self.vectors[rows], pictures=self.pictures.iloc[rows].reset_index(drop=True))

    @property
    def has_bias(self) -> bool:
        """Whether the last component is what parameters alone add."""
        return bool(self.components["kind"].iloc[-1] == BIAS)

    @property
    def mapped(self) -> np.ndarray:
        """Those of the components that have a map: all but the bias, [pictures, components, d]."""
        return self.vectors[:, :-1] if self.has_bias else self.vectors

    @property
    def names(self) -> list[str]:
        """Names of the components that have a map."""
        names: list[str] = self.components["name"].tolist()
        return names[:-1] if self.has_bias else names

    def z(self) -> np.ndarray:
        """The representations that they sum to, float64 [pictures, d]."""
        return np.concatenate([rows.sum(1, dtype=np.float64) for rows in np.array_split(self.vectors, self._pieces)])

    @property
    def _pieces(self) -> int:
        return max(1, len(self.vectors) // 256)


def load_representations(array: Path, pictures: Path) -> Representations:
    """Representations from their two files.

    Raises:
        UserError: They are not of one size, or cannot be read.
    """
    z, table = mapped(array, "the array", REMEDY), table_of(pictures, REMEDY)
    _require(len(z) == len(table), f"{len(z)} rows for {len(table)} pictures", array)
    return Representations(z, table, array)


def load_contributions(array: Path, pictures: Path, components: Path) -> Contributions:
    """Contributions from their three files.

    Raises:
        UserError: They are not of one size, or cannot be read.
    """
    vectors, table, parts = mapped(array, "the array", REMEDY), table_of(pictures, REMEDY), table_of(components, REMEDY)
    wanted = (len(table), len(parts))
    _require(vectors.shape[:2] == wanted, f"shape {vectors.shape} for {wanted}", array)
    return Contributions(vectors, table, parts, array)


def require_same_pictures(first: Contributions | Representations, second: Contributions | Representations) -> None:
    """Check that rows are of the same pictures, in the same order.

    Raises:
        UserError: They are not; names the first picture that differs.
    """
    a, b = first.pictures["picture"].tolist(), second.pictures["picture"].tolist()
    if a == b:
        return
    differing = next((pair for pair in zip(a, b, strict=False) if pair[0] != pair[1]), None)
    shown = f"{len(a)} and {len(b)} of them" if differing is None else f"'{differing[0]}' and '{differing[1]}'"
    raise UserError(
        f"the rows are not of the same pictures: {shown}", where=f"{first.where}, {second.where}", remedy=REMEDY
    )


def _rows(pictures: pd.DataFrame, part: str, where: Path) -> slice:
    """The rows of a part, which lie side by side."""
    found = np.flatnonzero(pictures["part"] == part)
    if len(found) == 0:
        parts = ", ".join(dict.fromkeys(pictures["part"]))
        raise UserError(f"there are no pictures of part '{part}'", where=where, remedy=f"there are: {parts}")
    return slice(int(found[0]), int(found[-1]) + 1)


def _require(holds: bool, problem: str, where: Path) -> None:
    if not holds:
        raise UserError(f"the array does not fit its tables: {problem}", where=where, remedy=REMEDY)
