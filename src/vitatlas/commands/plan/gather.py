"""From a finished run to benchmark records."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from vitatlas.commands.plan.dag import PlannedJob, computes_on_gpu, jobs_of
from vitatlas.commands.plan.records import Header, Record, RecordFile, load_file
from vitatlas.commands.plan.work import Work, works_of
from vitatlas.costs.benchmarks import read_benchmark
from vitatlas.costs.machine import Machine, this_machine
from vitatlas.errors import UserError


def record(
    targets: Sequence[str], tier: str, settings: Sequence[str], checkout: Path, folder: Path, commit: str, note: str
) -> tuple[RecordFile, int]:
    """Enter what the finished jobs of a tier took into the file of this machine and day.

    Returns:
        The file, written, and the number of jobs entered.

    Raises:
        UserError: No job of the targets is finished and measured.
        SnakemakeRefused: Snakemake does not know the targets.
    """
    machine = this_machine()
    jobs = jobs_of(targets, [f"tier={tier}", *settings], checkout)
    works = works_of(jobs, machine)
    new = [
        replace(measured(job, works[job.name], tier, commit, checkout, machine), note=note or None)
        for job in jobs
        if _is_measured(job, checkout)
    ]
    if not new:
        raise UserError(
            f"no finished job of the tier '{tier}' has a benchmark file",
            where=checkout / "results" / tier / "benchmarks",
            remedy=f"run it first: make demo TIER={tier}",
        )
    day = _day(jobs, checkout)
    path = folder / f"{day}-{machine.slug}.csv"
    old = load_file(path) if path.exists() else RecordFile(path, Header(date=day, machine=machine), ())
    file = old.with_records(new)
    file.save()
    return file, len(new)


def measured(job: PlannedJob, work: Work, tier: str, commit: str, checkout: Path, machine: Machine) -> Record:
    """The record of a finished job."""
    took = read_benchmark(checkout / str(job.benchmark))
    return Record(
        tier=tier,
        commit=commit,
        rule=job.rule,
        wildcards=" ".join(f"{key}={value}" for key, value in job.wildcards.items()),
        device="gpu" if computes_on_gpu(job, machine) else "cpu",
        kind=work.kind,
        size=work.size,
        seconds=took.seconds,
        cpu_seconds=took.cpu_seconds,
        max_rss_mb=took.max_rss_mb,
        output_bytes=sum(_bytes(checkout / path) for path in job.outputs),
    )


def _is_measured(job: PlannedJob, checkout: Path) -> bool:
    return job.done and job.benchmark is not None and (checkout / job.benchmark).exists()


def _day(jobs: Iterable[PlannedJob], checkout: Path) -> datetime.date:
    """When the last of the measured jobs ended."""
    times = [(checkout / str(job.benchmark)).stat().st_mtime for job in jobs if _is_measured(job, checkout)]
    return datetime.date.fromtimestamp(max(times))


def _bytes(path: Path) -> int:
    """Size of a file, or of all files of a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
