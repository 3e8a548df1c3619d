"""The job that makes one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pandas as pd

from vitatlas.artifacts.panels import read_tables
from vitatlas.artifacts.runs import runs_sentence
from vitatlas.artifacts.write_table import write_table
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of


class Family(Protocol):
    """A family of tables: a module of the paper."""

    def values(self, table: pd.DataFrame, spec: Any) -> pd.DataFrame:
        """The numbers of the table, one per row."""

    def layout(self, values: pd.DataFrame, spec: Any) -> pd.DataFrame:
        """The table as readers see it, all cells text."""

    def notes(self, values: pd.DataFrame, spec: Any) -> list[str]:
        """The sentences below it; the number of runs follows them."""


def making(family: Any) -> Callable[[Job[Any]], None]:
    """The job that makes a table of this family (see `Family`). Input `tables`; outputs `csv`, `md`, `tex`.

    Raises:
        UserError: The tables lack a number.
    """
    of: Family = family

    def make_table(job: Job[Any]) -> None:
        spec = job.spec
        values = of.values(read_tables(job.input.all("tables")), spec)
        record = record_of(job, f"{spec.paper}/{spec.artifact}")
        output = {form: getattr(job.output, form) for form in ("csv", "md", "tex")}
        notes = [*of.notes(values, spec), *filter(None, [runs_sentence(values, spec)])]
        write_table(values, of.layout(values, spec), notes, spec, output, record)

    return make_table
