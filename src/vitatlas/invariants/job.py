"""The job that checks what must hold of a tier's finished tables. A violation is reported, and stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pandas as pd

from vitatlas.invariants.invariant import Checked, Invariant, check
from vitatlas.invariants.spec import CheckSpec
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Files, Job
from vitatlas.jobs.provenance import record_of

COLUMNS = ["name", "statement", "source", "held", "worst", "bound", "rows", "tables"]

S = TypeVar("S", bound=CheckSpec)
T = TypeVar("T")


def checking(invariants: Sequence[Invariant[T]], read: Callable[[S, Files], T]) -> Callable[[Job[S]], None]:
    """The job of a paper: it writes one row per invariant that the tables have something to say about, with the
    columns `COLUMNS`. Inputs as `read` wants them; outputs `csv`, `md`.

    Args:
        invariants: In the order of the rows.
        read: From the spec and the inputs to the finished tables.
    """

    def job(job: Job[S]) -> None:
        finished = read(job.spec, job.input)
        checked = [found for invariant in invariants if (found := check(invariant, finished)) is not None]
        record = record_of(job, job.output.csv)
        table = as_table(checked).to_csv(index=False, lineterminator="\n")
        write_text(job.output.csv, line(record, ".csv") + table)
        write_text(job.output.md, line(record, ".md") + as_markdown(checked, job.spec.paper, job.spec.tier))

    return job


def as_table(checked: Sequence[Checked]) -> pd.DataFrame:
    """One row per invariant; `held` is true or false, `tables` a list separated by semicolons."""
    rows = [
        {
            "name": found.invariant.name,
            "statement": found.invariant.statement,
            "source": found.invariant.source,
            "held": str(found.held).lower(),
            "worst": found.worst,
            "bound": found.invariant.bound,
            "rows": found.rows,
            "tables": "; ".join(found.invariant.tables),
        }
        for found in checked
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def as_markdown(checked: Sequence[Checked], paper: str, tier: str) -> str:
    """The invariants as a page, those that were violated first."""
    held = sum(found.held for found in checked)
    lines = [
        f"# Invariants of the tables: {paper}, tier {tier}\n",
        f"{held} of {len(checked)} held. Each is a statement that must be true of the tables whatever the models have "
        "learned; the worst deviation is that of the value, example or table which is farthest from fulfilling it.\n",
        "| | statement | source | worst deviation | allowed | looked at |",
        "|---|---|---|---:|---:|---:|",
    ]
    for found in sorted(checked, key=lambda found: found.held):
        said = found.invariant
        mark = "held" if found.held else "**violated**"
        lines.append(
            f"| {mark} | {said.statement} | {said.source} | {found.worst:.3g} | {said.bound:.3g} | {found.rows} |"
        )
    return "\n".join(lines) + "\n"
