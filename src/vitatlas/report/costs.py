"""The cost of jobs in time and memory, from their benchmark files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vitatlas.costs.benchmarks import read_benchmark
from vitatlas.report.texts import read_rows


@dataclass(frozen=True)
class Cost:
    """The cost of some jobs together.

    Attributes:
        jobs: Those that were measured.
        seconds: In sum, from start to end of each.
        memory_mb: The most that one of them held, as sampled by Snakemake; None where none was sampled.
    """

    jobs: int
    seconds: float
    memory_mb: float | None


@dataclass(frozen=True)
class Kind:
    """The cost of the jobs of one kind; `longest_s` is the time of the longest, in seconds."""

    kind: str
    cost: Cost
    longest_s: float


def cost(files: Iterable[Path]) -> Cost:
    """The cost of the jobs of these benchmark files.

    Raises:
        UserError: A file is no benchmark file.
    """
    took = (read_benchmark(path) for path in files)
    return total(Cost(1, job.seconds, job.max_rss_mb) for job in took)


def read_kinds(path: Path) -> list[Kind]:
    """The table of `vitatlas.costs.compute`.

    Raises:
        UserError: A column is missing.
    """
    rows = read_rows(path, ("kind", "jobs", "hours", "longest_s", "memory_mb"))
    return [Kind(row["kind"], _cost(row), float(row["longest_s"])) for row in rows]


def total(costs: Iterable[Cost]) -> Cost:
    """The cost of all of them together."""
    costs = list(costs)
    memory = [cost.memory_mb for cost in costs if cost.memory_mb is not None]
    return Cost(sum(cost.jobs for cost in costs), sum(cost.seconds for cost in costs), max(memory, default=None))


def disk(paths: Iterable[Path]) -> int:
    """Size of files in bytes."""
    return sum(path.stat().st_size for path in paths)


def _cost(row: dict[str, str]) -> Cost:
    memory = float(row["memory_mb"]) if row["memory_mb"] else None
    return Cost(int(row["jobs"]), 3600 * float(row["hours"]), memory)
