"""The job that gathers what the models of one cell get right. Imports no torch."""

from __future__ import annotations

import pandas as pd

from vitatlas.errors import UserError
from vitatlas.jobs import Job, Spec
from vitatlas.training.outputs import write_table


class GatherBehaviour(Spec):
    """The metrics of one cell over its seeds. Inputs `metrics` (one table per seed), output `table`."""

    name: str
    task: str
    setting: str


def gather_behaviour(job: Job[GatherBehaviour]) -> None:
    """Put the seeds' tables one below the other, in the order of the seeds.

    Raises:
        UserError: A table is of another model, task or setting, or two are of the same seed.
    """
    wanted = (job.spec.name, job.spec.task, job.spec.setting)
    tables: dict[int, pd.DataFrame] = {}
    for path in job.input.all("metrics"):
        table = pd.read_parquet(path)
        cells = set(zip(table["model"], table["task"], table["setting"], strict=True))
        if cells != {wanted}:
            raise UserError(f"metrics of {sorted(cells)}, wanted are those of {wanted}", where=path)
        seed = int(table["seed"].iloc[0])
        if seed in tables:
            raise UserError(f"seed {seed} is there twice", where=path)
        tables[seed] = table
    write_table(job.output.table, pd.concat([tables[seed] for seed in sorted(tables)], ignore_index=True))
