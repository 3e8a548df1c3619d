"""Writing Parquet tables that say where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vitatlas.jobs.files import atomic
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import KEY, as_json, record_of


def write_table(job: Job[Any], path: Path, table: pd.DataFrame, **about: Any) -> None:
    """Write a Parquet file with its provenance in the metadata of the file, atomically.

    Args:
        job: What makes the table.
        path: The file.
        table: Written without its index.
        about: What it holds, as JSON values, kept in the provenance.
    """
    made, record = pa.Table.from_pandas(table, preserve_index=False), as_json(record_of(job, path, **about))
    with atomic(path) as part, pq.ParquetWriter(part, made.schema, compression="zstd") as writer:
        writer.write_table(made)
        writer.add_key_value_metadata({KEY: record})
