"""The parts that families of figures and tables share: reading tables and picking a panel's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from vitatlas.errors import UserError


def read_tables(paths: Iterable[str | Path]) -> pd.DataFrame:
    """The rows of several analysis tables under one another.

    Raises:
        UserError: A file is no Parquet table.
    """
    frames = []
    for path in paths:
        try:
            frames.append(pd.read_parquet(path))
        except (OSError, ValueError) as error:
            raise UserError(
                f"no readable Parquet table: {error}", where=path, remedy="delete it and make it again"
            ) from error
    return pd.concat(frames, ignore_index=True)


def rows_where(table: pd.DataFrame, cell: Mapping[str, Any]) -> pd.DataFrame:
    """The rows that have these values, by column.

    Raises:
        UserError: There are none.
    """
    chosen = table
    for column, value in cell.items():
        chosen = chosen[chosen[column] == value]
    if chosen.empty:
        words = ", ".join(f"{column} '{value}'" for column, value in cell.items())
        raise UserError(
            f"the tables have no row for {words}",
            remedy="delete the analysis tables of this figure and make them again",
        )
    return chosen
