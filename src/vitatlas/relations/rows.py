"""Picking a panel's rows from this paper's tables."""

from __future__ import annotations

import pandas as pd

from vitatlas.artifacts.panels import rows_where
from vitatlas.relations.artifacts import PanelSpec


def rows_of(table: pd.DataFrame, panel: PanelSpec) -> pd.DataFrame:
    """The rows of the panel's model, task and setting.

    Raises:
        UserError: There are none.
    """
    return rows_where(table, {"model": panel.model, "task": panel.task, "setting": panel.setting})
