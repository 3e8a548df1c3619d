"""The cost of the jobs of a finished run, by kind of job, from the benchmark files that Snakemake wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from vitatlas.costs.benchmarks import Benchmark, read_benchmark
from vitatlas.costs.machine import Machine, this_machine
from vitatlas.costs.spec import ComputeTableSpec
from vitatlas.jobs.embedded import line
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of


def compute_table(job: Job[ComputeTableSpec]) -> None:
    """Write the table as CSV and Markdown.

    Raises:
        UserError: A benchmark file is damaged.
    """
    table = summary(Path(job.spec.benchmarks), without=job.output.csv.stem)
    record = record_of(job, job.output.csv)
    write_text(job.output.csv, line(record, ".csv") + table.to_csv(index=False, lineterminator="\n"))
    write_text(job.output.md, line(record, ".md") + _markdown(table, job.spec.tier, this_machine()))


def summary(folder: Path, without: str = "") -> pd.DataFrame:
    """One row per kind of job, the longest first: jobs, hours (sum), longest_s (seconds), memory_mb (the largest).

    Args:
        folder: Holds `<kind>/….tsv` or `<kind>.tsv`.
        without: A kind to leave out.
    """
    found: dict[str, list[Benchmark]] = {}
    for path in sorted(folder.rglob("*.tsv")):
        found.setdefault(path.relative_to(folder).with_suffix("").parts[0], []).append(read_benchmark(path))
    rows = [_row(kind, jobs) for kind, jobs in found.items() if kind != without]
    columns = ["kind", "jobs", "hours", "longest_s", "memory_mb"]
    return pd.DataFrame(rows, columns=columns).sort_values("hours", ascending=False, ignore_index=True)


def _row(kind: str, jobs: Iterable[Benchmark]) -> tuple[str, int, float, float, float | None]:
    seconds = [job.seconds for job in jobs]
    memory = [job.max_rss_mb for job in jobs if job.max_rss_mb is not None]
    return kind, len(seconds), round(sum(seconds) / 3600, 6), max(seconds), max(memory, default=None)


def _markdown(table: pd.DataFrame, tier: str, machine: Machine) -> str:
    lines = [
        f"# What the tier “{tier}” took\n",
        f"{table['jobs'].sum()} jobs, {table['hours'].sum():.2f} hours in sum. This page was made on {machine}; on a "
        "cluster, jobs may have run elsewhere. A job that was interrupted and continued counts with its last part.\n",
        "| jobs of | number | hours, sum | longest, s | largest memory, MB |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in table.to_dict("records"):
        memory = "–" if pd.isna(row["memory_mb"]) else f"{row['memory_mb']:.0f}"
        lines.append(f"| {row['kind']} | {row['jobs']} | {row['hours']:.3f} | {row['longest_s']:.1f} | {memory} |")
    return "\n".join(lines) + "\n"
