"""A long table that is written part by part, so that memory stays flat and an interrupted job goes on where it was.

Parts are Parquet files in a hidden folder beside the output, named by the row that each begins with. They belong to one
job, whose key the folder carries; another job's are thrown away.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vitatlas.jobs.files import atomic, write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import KEY, as_json, record_of

COMPRESSION = "zstd"


class Parts:
    """The parts of one output.

    Args:
        output: The table that they become.
        key: Identifies the job, see `vitatlas.jobs.checkpoint.key_of`.
    """

    def __init__(self, output: Path, key: str):
        self._output = output
        self._folder = output.with_name(f".{output.name}.parts")
        note = self._folder / "key"
        if self._folder.exists() and not (note.exists() and note.read_text() == key):
            print(f"starting anew: the parts in {self._folder} are of another job", file=sys.stderr)
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        write_text(note, key)
        self.rows = sum(pq.read_metadata(path).num_rows for path in self._files())

    def add(self, table: pa.Table) -> None:
        """Add rows behind those that are there."""
        with atomic(self._folder / f"{self.rows:012d}.parquet") as part:
            pq.write_table(table, part, compression=COMPRESSION)
        self.rows += len(table)

    def join(self, job: Job[Any], **about: Any) -> None:
        """Write the output, with provenance as `write_table` does, a part at a time; and remove the parts.

        Raises:
            ValueError: There are no parts.
        """
        files = self._files()
        if not files:
            raise ValueError("a table without parts has no columns")
        schema = pq.read_schema(files[0])
        record = as_json(record_of(job, self._output, **about))
        with atomic(self._output) as part, pq.ParquetWriter(part, schema, compression=COMPRESSION) as writer:
            for path in files:
                writer.write_table(pq.read_table(path).cast(schema))
            writer.add_key_value_metadata({KEY: record})
        shutil.rmtree(self._folder)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.parquet"))
