"""The job that checks what must hold of a tier's finished tables. A violation is reported, and stops nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vitatlas.artifacts.provenance import line, provenance
from vitatlas.files import write_text
from vitatlas.invariants.every import INVARIANTS
from vitatlas.invariants.finished import Expected, read
from vitatlas.invariants.invariant import Verdict, check
from vitatlas.jobs import Job

COLUMNS = ["name", "statement", "source", "held", "worst", "bound", "rows", "tables"]


class InvariantsJob(Expected):
    """Inputs `analyses`, `scenes`, `counterfactuals`; outputs `csv`, `md`."""

    paper: str
    tier: str


def invariants(job: Job[InvariantsJob]) -> None:
    """Write one row per invariant that the tables have something to say about, with the columns `COLUMNS`."""
    inputs = {name: job.input.all(name) for name in ("analyses", "scenes", "counterfactuals")}
    finished = read(job.spec, *inputs.values())
    verdicts = [verdict for invariant in INVARIANTS if (verdict := check(invariant, finished)) is not None]
    record = provenance(str(job.output.csv), job.raw_spec, [path for paths in inputs.values() for path in paths])
    table = as_table(verdicts).to_csv(index=False, lineterminator="\n")
    write_text(job.output.csv, line(record, ".csv") + table)
    write_text(job.output.md, line(record, ".md") + as_markdown(verdicts, job.spec.paper, job.spec.tier))


def as_table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """The verdicts as rows; `held` is true or false, `tables` a list separated by semicolons."""
    rows = [
        {
            "name": verdict.invariant.name,
            "statement": verdict.invariant.statement,
            "source": verdict.invariant.source,
            "held": str(verdict.held).lower(),
            "worst": verdict.worst,
            "bound": verdict.invariant.bound,
            "rows": verdict.rows,
            "tables": "; ".join(verdict.invariant.tables),
        }
        for verdict in verdicts
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def as_markdown(verdicts: Sequence[Verdict], paper: str, tier: str) -> str:
    """The verdicts as a page, those that were violated first."""
    held = sum(verdict.held for verdict in verdicts)
    lines = [
        f"# Invariants of the tables: {paper}, tier {tier}\n",
        f"{held} of {len(verdicts)} held. Each is a statement that must be true of the tables whatever the models have "
        "learned; the worst deviation is that of the value, example or table which is farthest from fulfilling it.\n",
        "| | statement | source | worst deviation | allowed | looked at |",
        "|---|---|---|---:|---:|---:|",
    ]
    for verdict in sorted(verdicts, key=lambda verdict: verdict.held):
        said = verdict.invariant
        mark = "held" if verdict.held else "**violated**"
        lines.append(
            f"| {mark} | {said.statement} | {said.source} | {verdict.worst:.3g} | {said.bound:.3g} | {verdict.rows} |"
        )
    return "\n".join(lines) + "\n"
