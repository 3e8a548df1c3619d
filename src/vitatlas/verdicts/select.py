"""Picking readings: by key, by depth, and from curves over layers to one value or place per run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.errors import UserError
from vitatlas.verdicts.claim_schema import Depth, Take

RUN = ["model", "run"]


class NoReadings(Exception):
    """Nothing was measured of what a claim or a number is about; the text says what."""


def matching(readings: pd.DataFrame, wanted: Mapping[str, Any]) -> pd.DataFrame:
    """The readings with these values by key; several values: any of them; None: those without the key.

    Raises:
        NoReadings: There are none, or none of one of several models.
    """
    rows = readings
    for key, value in wanted.items():
        column = rows[key]
        rows = rows[column.isna() if value is None else column.isin(value if isinstance(value, list) else [value])]
    rows = rows[rows["value"].notna()]
    models = wanted.get("model")
    missing = set(models if isinstance(models, list) else [models]) - set(rows["model"]) if models else set()
    if rows.empty or missing:
        raise NoReadings(_in_words(wanted, sorted(missing)))
    return rows


def at_depth(rows: pd.DataFrame, depth: Depth) -> pd.DataFrame:
    """The layers of curves within a range of depth: the share of blocks passed, (layer + 1) / number of layers.

    Raises:
        NoReadings: The range holds no layer.
    """
    share = depth_of(rows)
    chosen = rows[(share >= depth[0]) & (share <= depth[1])]
    if chosen.empty:
        raise NoReadings(f"no layer lies between the depths {depth[0]} and {depth[1]}")
    return chosen


def depth_of(rows: pd.DataFrame) -> pd.Series:
    """The depth of each row's layer, in (0, 1]; every curve has the last layer."""
    return (rows["layer"] + 1).astype(float) / (rows.groupby("model")["layer"].transform("max") + 1).astype(float)


def per_run(rows: pd.DataFrame, take: Take) -> pd.DataFrame:
    """One value per model and run: the only one, the best layer's, or the mean over layers.

    Returns:
        Columns model, run, value.

    Raises:
        UserError: There is more than one value where one is meant.
    """
    single(rows, ["layer"] if take != "value" else [])
    how = {"value": "first", "best": "max", "mean": "mean"}[take]
    return rows.groupby(RUN)["value"].agg(how).reset_index()


def single(rows: pd.DataFrame, more: list[str]) -> None:
    """Make sure that model, run and `more` tell all rows apart.

    Raises:
        UserError: They do not: the selection leaves out a key.
    """
    double = rows[rows.duplicated([*RUN, *more])]
    if not double.empty:
        differing = [str(key) for key in rows if key not in ("value", "run") and rows[key].nunique(dropna=False) > 1]
        raise UserError(
            f"a claim or number selects more than one value of {rows['model'].iloc[0]}: {', '.join(differing)} differ",
            where="config/published",
            remedy="say which one is meant",
        )


def curves(rows: pd.DataFrame) -> pd.DataFrame:
    """Curves over layers of one model, a column per run and `mean` last; layers are the index.

    Raises:
        UserError: There is more than one value for a layer and run, or there are several models.
    """
    single(rows.assign(model="one model"), ["layer"])
    table = rows.pivot(index="layer", columns="run", values="value").sort_index().astype(float)
    table.columns = [*table.columns]
    return table.assign(mean=table.mean(axis=1))


def place(curve: pd.Series, ceiling: float | None) -> int:
    """The layer where a curve is highest, ties to the lower; or where it first comes within `ceiling` of that."""
    reached = curve >= curve.max() - (ceiling or 0.0)
    return int(curve.index[int(np.argmax(reached.to_numpy()))])


def _in_words(wanted: Mapping[str, Any], missing: list[str]) -> str:
    names = [str(value) for key, value in wanted.items() if value is not None and not (key == "model" and missing)]
    whom = f"of {' or '.join(missing)} " if missing else ""
    return f"nothing was measured {whom}({', '.join(names)})"
