"""The bytes of pictures, read again from where they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vitatlas.errors import UserError
from vitatlas.images.brought.readers.found import Place
from vitatlas.images.brought.readers.parquet import is_binary, opened

ROWS = 16
"""Pictures of a Parquet file that are in memory at a time."""


class Store:
    """Reads pictures of one data set; a context manager, which closes what is open.

    At most one file is open, and of a Parquet file a few rows are kept: read pictures that lie side by side one after
    the other.

    Args:
        place: The folder or file of the data set.
        column: The column of the pictures, in Parquet files.
    """

    def __init__(self, place: Path, column: str = "image"):
        self._folder = place.parent if place.is_file() else place
        self._column = column
        self._name, self._opened = "", ExitStack()
        self._holder: Any = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        self._name = ""

    def where(self, place: Place) -> str:
        """A place for messages."""
        return f"{self._folder}: {place}"

    def read(self, place: Place, most: int | None = None) -> bytes:
        """The bytes of a picture.

        Args:
            place: As a reader found it, or as the index says.
            most: How many bytes are enough; None: all.

        Raises:
            UserError: They cannot be read.
        """
        try:
            if place.row is not None:
                data: bytes = self._kept(place.file, self._shard).read(place.row)
                return data[:most]
            if place.offset is None:
                with (self._folder / place.file).open("rb") as file:
                    return file.read(-1 if most is None else most)
            holder, size = self._kept(place.file, lambda path: path.open("rb")), int(place.size or 0)
            holder.seek(place.offset)
            return bytes(holder.read(size if most is None else min(size, most)))
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(place, error) from error

    def size(self, place: Place) -> int:
        """The number of bytes of a picture.

        Raises:
            UserError: As `read`.
        """
        if place.size is not None:
            return place.size
        if place.row is not None:
            return len(self.read(place))
        try:
            return (self._folder / place.file).stat().st_size
        except OSError as error:
            raise self._unreadable(place, error) from error

    def _unreadable(self, place: Place, error: Exception) -> UserError:
        return UserError(
            f"the picture cannot be read: {error}",
            where=self.where(place),
            remedy="bring the file back, or make the index of the data set again",
        )

    def _kept(self, name: str, opening: Callable[[Path], Any]) -> Any:
        """The open file of this name; opened, and the one before it closed, where it is another one."""
        if self._name != name:
            self._opened.close()
            self._holder = self._opened.enter_context(closing(opening(self._folder / name)))
            self._name = name
        return self._holder

    def _shard(self, path: Path) -> _Shard:
        return _Shard(opened(path), self._column)


class _Shard:
    """One Parquet file, read forward a few rows at a time; a row further back begins its row group again."""

    def __init__(self, file: pq.ParquetFile, column: str):
        self._file = file
        self._column = column if is_binary(file.schema_arrow.field(column).type) else f"{column}.bytes"
        lengths = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        self._starts = [sum(lengths[:group]) for group in range(len(lengths) + 1)]
        self._group, self._first, self._rows = -1, 0, pa.array([])
        self._ahead: Iterator[pa.RecordBatch] = iter(())

    def close(self) -> None:
        self._file.close()

    def read(self, row: int) -> bytes:
        if not 0 <= row < self._starts[-1]:
            raise OSError(f"the file has {self._starts[-1]} rows")
        group = bisect_right(self._starts, row) - 1
        if group != self._group or row < self._first:
            self._group, self._first, self._rows = group, self._starts[group], pa.array([])
            self._ahead = self._file.iter_batches(ROWS, row_groups=[group], columns=[self._column], use_threads=False)
        while row >= self._first + len(self._rows):
            self._first += len(self._rows)
            column = next(self._ahead).column(0)
            self._rows = column.field("bytes") if pa.types.is_struct(column.type) else column
        data = self._rows[row - self._first].as_py()
        if data is None:
            raise OSError("the row names a file elsewhere; save the shard with pictures embedded")
        return bytes(data)
