"""Writing arrays that are larger than memory, row by row, so that an interrupted job goes on where it was.

Nothing waits for the disk. What a machine lost that went down, a checksum of the rows tells.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vitatlas.errors import UserError, explaining
from vitatlas.jobs.embedded import add_record
from vitatlas.jobs.files import check_space, write_text
from vitatlas.jobs.seal import seal

NPY = np.lib.format
PIECE = 256
"""Rows read at once."""


class Rows:
    """The rows of one array, written to a hidden file beside the output.

    Args:
        output: The `.npy` file that it becomes.
        shape: Of the whole.
        dtype: float32, float16 or uint8.
        key: Identifies the job, see `vitatlas.jobs.checkpoint.key_of`; another job's rows are thrown away.

    Attributes:
        count: How many rows there are to be.
        done: How many of them are written.
    """

    def __init__(self, output: Path, shape: tuple[int, ...], dtype: str, key: str):
        self._output, self._key = output, key
        self._part = output.with_name(f".{output.name}.part.npy")
        self._note = output.with_name(f".{output.name}.rows.json")
        self.count, self._dtype = shape[0], np.dtype(dtype)
        self._sum = 0
        self.done = self._found(shape)
        if not self.done:
            self._note.unlink(missing_ok=True)  # before the rows that it is about
            with explaining(output):
                output.parent.mkdir(parents=True, exist_ok=True)
            check_space(self._part, math.prod(shape) * self._dtype.itemsize)
            NPY.open_memmap(self._part, mode="w+", dtype=self._dtype, shape=shape)

    def add(self, rows: np.ndarray) -> None:
        """Write the next rows.

        Raises:
            UserError: A value is not finite as it is stored.
        """
        with np.errstate(over="ignore"):
            stored = rows.astype(self._dtype)
        if not np.isfinite(stored).all():
            raise UserError(
                f"a value of row {self.done} or one of the next {len(rows) - 1} is not finite as {stored.dtype}",
                where=self._output,
                remedy="store float32, or look at the weights",
            )
        # Opened anew each time: what stays mapped counts as memory of the process
        array = NPY.open_memmap(self._part, mode="r+")
        array[self.done : self.done + len(rows)] = stored
        self.done += len(rows)
        self._sum = zlib.crc32(np.ascontiguousarray(stored).data, self._sum)
        write_text(self._note, json.dumps({"key": self._key, "rows": self.done, "sum": self._sum}))

    def read(self, first: int, stop: int) -> np.ndarray:
        """Rows `first` to `stop - 1`, which are written, mapped from the file; not to be kept."""
        found: np.ndarray = NPY.open_memmap(self._part, mode="r")[first:stop]
        return found

    def finish(self, record: Mapping[str, Any]) -> None:
        """Put the array in its place.

        Args:
            record: Its provenance.

        Raises:
            ValueError: Rows are missing.
        """
        if self.done != self.count:
            raise ValueError(f"{self.done} of {self.count} rows are written")
        add_record(self._part, record)
        seal(self._part)
        self._part.chmod(0o644)
        self._part.replace(self._output)
        self._note.unlink(missing_ok=True)

    def _found(self, shape: tuple[int, ...]) -> int:
        """How many rows of this job are there."""
        if not (self._part.exists() and self._note.exists()):
            return 0
        note = json.loads(self._note.read_text(encoding="utf-8"))
        if note["key"] != self._key or NPY.open_memmap(self._part, mode="r").shape != shape:
            print(f"starting anew: the rows in {self._part} are of another job", file=sys.stderr)
            return 0
        done = int(note["rows"])
        if self._checksum(done) != note["sum"]:
            print(f"starting anew: the rows in {self._part} are not those that were written", file=sys.stderr)
            return 0
        self._sum = note["sum"]
        return done

    def _checksum(self, count: int) -> int:
        """CRC-32 of the first rows in the file."""
        found = 0
        for first in range(0, count, PIECE):
            rows = NPY.open_memmap(self._part, mode="r")[first : min(first + PIECE, count)]
            found = zlib.crc32(np.ascontiguousarray(rows).data, found)
        return found
