"""Snakemake's benchmark files: one per job, one line per run."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from vitatlas.errors import UserError


@dataclass(frozen=True)
class Benchmark:
    """The cost of one job.

    Attributes:
        cpu_seconds, max_rss_mb: Sampled by Snakemake; None where the job ended before the first sample.
    """

    seconds: float
    cpu_seconds: float | None
    max_rss_mb: float | None


def read_benchmark(path: Path) -> Benchmark:
    """The last run in a benchmark file.

    Raises:
        UserError: It has none.
    """
    rows = list(csv.DictReader(path.read_text().splitlines(), delimiter="\t"))
    try:
        last = rows[-1]
        return Benchmark(float(last["s"]), _number(last["cpu_time"]), _number(last["max_rss"]))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise UserError("not a benchmark file of Snakemake", where=path, remedy="delete it") from error


def _number(text: str) -> float | None:
    return None if text == "NA" else float(text)
