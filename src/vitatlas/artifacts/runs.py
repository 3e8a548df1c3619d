"""The number of runs behind the numbers of a figure or table, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

COLUMNS = ("model", "runs")
"""The columns of values that are read; what was not measured in runs has no number in `runs`."""


def runs_in_words(values: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """ "3" where all models have as many, "small net 3, large net 1 to 2" where not; empty where nothing is of runs.

    Args:
        values: The numbers drawn. Without the column `runs` nothing is of runs.
        titles: Of models, by name.
    """
    if not {*COLUMNS} <= {*values.columns}:
        return ""
    of_runs = values.dropna(subset=list(COLUMNS))
    found = {str(model): _range(rows["runs"]) for model, rows in of_runs.groupby("model", sort=False)}
    if len({*found.values()}) == 1:
        return next(iter(found.values()))
    return ", ".join(f"{titles.get(model, model)} {runs}" for model, runs in found.items())


def _range(runs: pd.Series) -> str:
    least, most = int(runs.min()), int(runs.max())
    return str(most) if least == most else f"{least} to {most}"
