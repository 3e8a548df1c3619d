"""Models at chance on their task: where nothing can be found, because the model found nothing itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.relations.artifacts import PanelSpec
from vitatlas.relations.rows import rows_of
from vitatlas.relations.vocabulary import CHECKPOINT

LEAST = 0.6
"""The least accuracy, on a split that a model was trained for, with which it counts as solving its task: the verdicts'
`solved`. A task has two answers."""

PART = "at chance"


def accuracies(table: pd.DataFrame, panel: PanelSpec, split: str, **more: Any) -> pd.Series:
    """The accuracy of each run of the panel's model, by run.

    Args:
        table: Rows of the analysis of behaviour, or of one like it; among others'.
        split: On which.
        more: Values of further columns that its rows must have.

    Raises:
        UserError: There is none.
    """
    rows = rows_of(table, panel)
    wanted = {"metric": "accuracy", "checkpoint": CHECKPOINT, "split": split, **more}
    for column, value in wanted.items():
        rows = rows[rows[column] == value] if column in rows else rows.iloc[:0]
    if rows.empty:
        words = ", ".join(f"{key} '{value}'" for key, value in more.items())
        raise UserError(
            f"no accuracy of '{panel.model}' on split '{split}' (task '{panel.task}', setting '{panel.setting}'"
            f"{words and ', '}{words}) says whether it solves the task",
            remedy="delete the table of its behaviour and make it again",
        )
    return rows.astype({"run": int}).set_index("run")["value"]


def is_chance(accuracy: float) -> bool:
    """Whether a mean over runs is that of a model at chance."""
    return accuracy < LEAST


def chance_rows(table: pd.DataFrame, panel: PanelSpec, split: str, **more: Any) -> pd.DataFrame:
    """The row by which a figure's values say that the panel's model is at chance; none where it is not.

    Args:
        As of `accuracies`.

    Returns:
        Columns part (`PART`), value (the mean over runs), runs.

    Raises:
        UserError: There is no accuracy.
    """
    found = accuracies(table, panel, split, **more)
    row = pd.DataFrame({"part": [PART], "value": [float(found.mean())], "runs": [len(found)]})
    return row[row["value"].map(is_chance)]
