"""Invariants of responses."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from vitatlas.artifacts.panels import read_tables
from vitatlas.invariants.invariant import Invariant, invariant
from vitatlas.invariants.spec import CheckSpec
from vitatlas.jobs.job import Files


def read(spec: CheckSpec, files: Files) -> pd.DataFrame:
    """All rows of the tables `analyses`."""
    return read_tables(files.all("analyses"))


@invariant("responses", "No response is negative.", source="a distance", tables=("responses",))
def _distances(table: pd.DataFrame) -> Iterable[float]:
    return (-table["value"]).clip(lower=0)


INVARIANTS: tuple[Invariant[pd.DataFrame], ...] = (_distances,)
