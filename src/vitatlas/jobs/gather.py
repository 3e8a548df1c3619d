"""The job that puts the tables of one cell together. Imports no torch."""

from __future__ import annotations

import pandas as pd

from vitatlas.config.read import require_known
from vitatlas.errors import UserError
from vitatlas.jobs.gather_spec import GatherSpec
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table


def gather(job: Job[GatherSpec]) -> None:
    """Put tables one below the other, in the order that the spec names.

    Raises:
        UserError: A table is of another cell, or says a word that the order does not know, or two have the same place.
    """
    spec = job.spec
    tables: dict[tuple[int, int], pd.DataFrame] = {}
    for path in job.input.all("tables"):
        table = pd.read_parquet(path)
        cells = set(table[list(spec.cell)].itertuples(index=False, name=None))
        if cells != {tuple(spec.cell.values())}:
            raise UserError(f"values of {sorted(cells)}, wanted are those of {tuple(spec.cell.values())}", where=path)
        place, number = 0, int(table[spec.by].iloc[0])
        if order := spec.first_by:
            table = table.assign(**{order.column: table.get(order.column, order.words[0])})
            word = table[order.column].iloc[0]
            require_known(word, order.words, order.column, str(path))
            place = order.words.index(word)
        if (place, number) in tables:
            raise UserError(f"{spec.by} {number} is there twice", where=path)
        tables[place, number] = table
    write_table(job, job.output.table, pd.concat([tables[key] for key in sorted(tables)], ignore_index=True))
