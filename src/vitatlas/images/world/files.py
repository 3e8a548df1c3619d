"""Tables of scenes as Parquet files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.images.world.check import REMEDY, check
from vitatlas.jobs.files import atomic


def write(scenes: pd.DataFrame, path: Path) -> None:
    """Write a table that can be drawn, atomically.

    Raises:
        UserError: It cannot be drawn.
    """
    check(scenes, where=str(path))
    with atomic(path) as part:
        scenes.to_parquet(part, index=False)


def read(path: Path) -> pd.DataFrame:
    """Read a table that can be drawn.

    Raises:
        UserError: The file is missing, or no table of scenes.
    """
    try:
        scenes = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise UserError(f"no table of scenes: {error}", where=path, remedy=REMEDY) from error
    check(scenes, where=str(path))
    return scenes
