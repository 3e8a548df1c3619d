"""What families of figures and tables share: reading tables and picking a panel's rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from vitatlas.artifacts.spec import PanelSpec
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


def rows_of(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """The rows of the panel's model, task and setting.

    Raises:
        UserError: There are none.
    """
    chosen = table[
        (table["model"] == panel.model) & (table["task"] == panel.task) & (table["setting"] == panel.setting)
    ]
    if chosen.empty:
        raise UserError(
            f"the tables have no row for model '{panel.model}', task '{panel.task}', setting '{panel.setting}'",
            remedy="delete the analysis tables of this figure and make them again",
        )
    return chosen
