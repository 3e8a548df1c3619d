"""Writing what a training leaves behind: tables and weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.files import atomic


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file, atomically."""
    with atomic(path) as part:
        table.to_parquet(part, index=False)


def about(values: Mapping[str, Any]) -> dict[str, str]:
    """Metadata for a safetensors file, under one key: of several, safetensors writes them in a random order."""
    return {"vitatlas": json.dumps(values, sort_keys=True)}
