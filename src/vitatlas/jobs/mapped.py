"""Reading arrays and tables that lie beside each other. Imports no torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from vitatlas.errors import UserError


def mapped(path: Path, what: str, remedy: str) -> np.ndarray:
    """An array (npy), mapped from its file.

    Args:
        path: The file.
        what: Its name in the message: "the scores".
        remedy: Of the error.

    Raises:
        UserError: It cannot be read.
    """
    try:
        found: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{what} cannot be read: {error}", where=path, remedy=remedy) from error
    return found


def table_of(path: Path, remedy: str) -> pd.DataFrame:
    """A table (Parquet).

    Raises:
        UserError: It cannot be read.
    """
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise UserError(f"the table cannot be read: {error}", where=path, remedy=remedy) from error
