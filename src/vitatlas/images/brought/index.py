"""The index of a data set, as analyses read it: one row per picture, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vitatlas.errors import UserError
from vitatlas.images.brought.readers.found import Place
from vitatlas.jobs.embedded import read_provenance

COLUMNS = ("id", "class_id", "label", "checksum", "width", "height")
"""The columns of every index; some kinds of data set add others."""

PLACES = Place._fields
"""The columns that say where the bytes of a picture are: they alone depend on how the data set is laid out."""

TYPES = {
    **dict.fromkeys(("id", "class_id", "checksum", "file", "member"), "string"),
    **dict.fromkeys(("offset", "size", "row", "boxes_width", "boxes_height"), "Int64"),
}
"""Types of columns in which values may be missing."""


@dataclass(frozen=True)
class Index:
    """One index.

    Attributes:
        path: Its file.
        table: One row per picture, sorted by id.
        place: The folder or file of the data set, as the configuration names it.
        column: The column of the pictures, in Parquet files; else empty.
        upright: Whether pictures are turned as their EXIF entry says.
        classes: The ids of all classes; a label is a position among them. There may be classes without pictures.
    """

    path: Path
    table: pa.Table
    place: str
    column: str
    upright: bool
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return self.table.num_rows

    def chosen(self, positions: Sequence[int]) -> Index:
        """The index of some of the pictures, in this order."""
        return replace(self, table=self.table.take(list(positions)))

    def rows(self, start: int, stop: int) -> list[dict[str, Any]]:
        """Some rows, each by column."""
        return list(self.table.slice(start, stop - start).to_pylist())


def load_index(path: Path) -> Index:
    """Read the index that the job `prepare` wrote.

    Raises:
        UserError: The file is no index.
    """
    about = read_provenance(path)["about"]
    try:
        table = pq.read_table(path)
        if lacking := {*COLUMNS, *PLACES} - set(table.column_names):
            raise KeyError(min(lacking))
        own = {key: about[key] for key in ("place", "column", "upright")}
        return Index(path, table, **own, classes=tuple(about["classes"]))
    except (OSError, KeyError, pa.ArrowException) as error:
        raise UserError(
            f"no index of a data set: {error}", where=path, remedy=f"delete it and make it again: snakemake {path}"
        ) from error


def place_of(row: dict[str, Any]) -> Place:
    """Where the bytes of a picture are, from its row."""
    return Place(*(row[name] for name in PLACES))
