"""The job that puts the tables of one cell's fine-tuning runs together. Imports no torch."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from vitatlas.config.read import known
from vitatlas.errors import UserError
from vitatlas.jobs import Job, Spec
from vitatlas.training.outputs import write_table


class Gather(Spec):
    """One cell over its seeds. Inputs `tables` (one per seed, or per variant and seed), output `table`.

    Attributes:
        variants: What the column `auxiliary` of the tables says, in order; a table without it is of the first. None:
            the tables have no such column.
    """

    name: str
    task: str
    setting: str
    variants: list[str] = Field(default_factory=list)


def gather(job: Job[Gather]) -> None:
    """Put the seeds' tables one below the other, in the order of the variants and then of the seeds.

    Raises:
        UserError: A table is of another model, task, setting or variant, or two are of the same variant and seed.
    """
    wanted = (job.spec.name, job.spec.task, job.spec.setting)
    tables: dict[tuple[int, int], pd.DataFrame] = {}
    for path in job.input.all("tables"):
        table = pd.read_parquet(path)
        cells = set(zip(table["model"], table["task"], table["setting"], strict=True))
        if cells != {wanted}:
            raise UserError(f"values of {sorted(cells)}, wanted are those of {wanted}", where=path)
        place, seed = 0, int(table["seed"].iloc[0])
        if job.spec.variants:
            table = table.assign(auxiliary=table.get("auxiliary", job.spec.variants[0]))
            known(table["auxiliary"].iloc[0], job.spec.variants, "variant", str(path))
            place = job.spec.variants.index(table["auxiliary"].iloc[0])
        if (place, seed) in tables:
            raise UserError(f"seed {seed} is there twice", where=path)
        tables[place, seed] = table
    write_table(job.output.table, pd.concat([tables[key] for key in sorted(tables)], ignore_index=True))
