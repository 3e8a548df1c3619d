"""Picking the rows of a table of readings that a selection is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from vitatlas.errors import UserError

RUN = ["model", "run"]


class NoReadings(Exception):
    """Nothing was measured of what a claim or a number is about, or what was is no number; the text says what."""


def where(readings: pd.DataFrame, wanted: Mapping[str, Any]) -> pd.DataFrame:
    """The rows with these values by key; several values: any of them; None: those without the key.

    Raises:
        NoReadings: There are none, or none of one of several models.
    """
    chosen = np.ones(len(readings), dtype=bool)
    for key, value in wanted.items():
        column = readings[key]
        fits = column.isna() if value is None else column.isin(value if isinstance(value, list) else [value])
        chosen &= fits.to_numpy(dtype=bool)
    rows = readings[chosen]
    models = wanted.get("model")
    missing = set(models if isinstance(models, list) else [models]) - set(rows["model"]) if models else set()
    if rows.empty or missing:
        raise NoReadings(_nothing(wanted, sorted(missing)))
    return rows


def single(rows: pd.DataFrame, more: list[str]) -> None:
    """Make sure that model, run and `more` tell all rows apart.

    Raises:
        UserError: They do not: the selection leaves out a key.
    """
    double = rows[rows.duplicated([*RUN, *more])]
    if not double.empty:
        same = ("value", "run", "error", "images", "selection", "chance", *more)
        differing = [str(key) for key in rows if key not in same and rows[key].nunique(dropna=False) > 1]
        raise UserError(
            f"a claim or number selects more than one value of {rows['model'].iloc[0]}: {', '.join(differing)} differ",
            where="config/published",
            remedy="say which one is meant",
        )


def single_layer(model: str, layers: Sequence[int]) -> None:
    """Make sure that there is one layer.

    Raises:
        UserError: There are several.
    """
    if len(layers) > 1:
        problem = f"a claim selects more than one value of {model}: layer differ"
        raise UserError(problem, where="config/published", remedy="say which one is meant, or `take` one")


def in_words(model: str, run: int, layer: int, measured: bool) -> str:
    """The fault of a reading that is not there, or is no number."""
    place = f"of {model}, run {run}" + (f", layer {layer}" if layer >= 0 else "")
    return f"what was measured {place} is no number" if measured else f"nothing was measured {place}"


def _nothing(wanted: Mapping[str, Any], missing: list[str]) -> str:
    names = [str(value) for key, value in wanted.items() if value is not None and not (key == "model" and missing)]
    whom = f"of {' or '.join(missing)} " if missing else ""
    return f"nothing was measured {whom}({', '.join(names)})"
