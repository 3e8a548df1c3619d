"""Readings, collected from the analysis tables of a tier by the readers that a paper passes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from vitatlas.artifacts.panels import read_tables
from vitatlas.verdicts.keys import NUMBERS, Keys

Reader = Callable[[pd.DataFrame], pd.DataFrame]
"""A function from one analysis table to its readings: columns `run`, those of `keys.NUMBERS` that are known, and one
for each key that applies. A value that was not measured is NaN, never left out: it is a reason not to judge."""

Readers = Mapping[str, Sequence[Reader]]
"""By kind of analysis table, the readers that take something from it."""


def kind_of(path: str | Path) -> str:
    """`<kind>` of `results/<tier>/analysis/<paper>/<kind>/…`; empty for a path without such folders."""
    parts = Path(path).parts
    if "analysis" not in parts:
        return ""
    below = parts[len(parts) - parts[::-1].index("analysis") :]
    return below[1] if len(below) > 2 else ""


def collect(paths: Iterable[str | Path], readers: Readers, keys: Keys) -> pd.DataFrame:
    """The readings of analysis tables: columns `Keys.readings`.

    Args:
        paths: Tables as `results/<tier>/analysis/<paper>/<kind>/…` has them; kinds without readers are passed over.
        readers: The paper's.
        keys: The paper's.

    Raises:
        UserError: A file is no Parquet table.
    """
    parts: list[pd.DataFrame] = []
    for path in paths:
        if own := readers.get(kind_of(path), ()):
            table = read_tables([path])
            shared = table.get("shared_below", pd.Series([0])).max()
            parts += [read(table).assign(shared_below=shared) for read in own]
    return as_readings(parts, keys)


def as_readings(parts: Sequence[pd.DataFrame], keys: Keys) -> pd.DataFrame:
    """The parts under one another, with the columns of readings and no others."""
    columns = keys.readings
    types = {**keys.types, "run": "Int64", **dict.fromkeys(NUMBERS, float), "under": "string"}
    tidy = [part.reindex(columns=columns).astype(types) for part in parts]
    return pd.concat(tidy or [pd.DataFrame(columns=columns).astype(types)], ignore_index=True)
