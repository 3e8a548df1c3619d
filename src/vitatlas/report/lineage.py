"""The jobs before a file, by the records inside files.

1. A record names the job that made its file, and the files that the job was handed.
2. Those have records too, and so on, until files without one: a user's own, or published ones as they were downloaded.
3. Of each file only the record is read, and once. A job is counted once, however many of its files were used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance


class Lineage:
    """The jobs of one finished tier.

    Args:
        benchmarks: The tier's folder of benchmark files.
    """

    def __init__(self, benchmarks: Path):
        self._benchmarks = benchmarks
        self._record = cache(_record)

    def before(self, record: Mapping[str, Any]) -> set[Path]:
        """The benchmark files of all jobs before the one that a record is of, each once."""
        jobs = (self._record(name).get("job") for name in self._files(record["inputs"]))
        return {path for job in jobs if job and (path := self._benchmark(job)).is_file()}

    def of(self, record: Mapping[str, Any]) -> set[Path]:
        """The benchmark file of the job that a record is of; none where it was not measured."""
        job = record.get("job")
        return {path for path in [self._benchmark(job)] if path.is_file()} if job else set()

    def _files(self, inputs: Iterable[str]) -> set[str]:
        """These files and all before them."""
        waiting, found = list(inputs), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._record(name).get("inputs", ()))
        return found

    def _benchmark(self, job: str) -> Path:
        return self._benchmarks / f"{job}.tsv"


def _record(name: str) -> dict[str, Any]:
    """The record inside a file; empty where there is none."""
    try:
        return read_provenance(name)
    except UserError:
        return {}
