"""Writing the tables that a training leaves behind."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vitatlas.files import atomic


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file, atomically."""
    with atomic(path) as part:
        table.to_parquet(part, index=False)
