"""Benchmark records: what jobs took on a machine, one CSV per machine and day in `benchmarks/records/`.

The first lines of a file, after `#`, are YAML: date and machine.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from vitatlas.config.strict import Strict
from vitatlas.costs.machine import Machine
from vitatlas.errors import UserError
from vitatlas.jobs.files import write_text

FOLDER = Path("benchmarks/records")


@dataclass(frozen=True, kw_only=True)
class Record:
    """The time, memory and disk that one job took.

    Attributes:
        commit: Of the code that ran.
        wildcards: `model=mini-mae …`.
        device: cpu or gpu: where it computed.
        kind, size: Its work (`vitatlas.commands.plan.work`).
        seconds: From start to end.
        cpu_seconds, max_rss_mb: Of all its processes, as Snakemake sampled them, first every half second and later
            every thirty, so both are lower bounds. None for a job that ended before the first sample.
        output_bytes: Size of its outputs.
        note: What else is to be known of the measurement.
    """

    tier: str
    commit: str
    rule: str
    wildcards: str = ""
    device: str
    kind: str
    size: float | None = None
    seconds: float
    cpu_seconds: float | None = None
    max_rss_mb: float | None = None
    output_bytes: int
    note: str | None = None

    @property
    def job(self) -> tuple[str, str, str, str, float | None]:
        """Which job it is of: a later record of the same takes its place."""
        return (self.tier, self.rule, self.wildcards, self.kind, self.size)


class Header(Strict):
    """The facts that hold for all records of a file."""

    date: datetime.date
    machine: Machine


@dataclass(frozen=True)
class RecordFile:
    """The records of one machine and day."""

    path: Path
    header: Header
    records: tuple[Record, ...]

    def save(self) -> None:
        """Write it to its path."""
        about = yaml.safe_dump(self.header.model_dump(), sort_keys=False, allow_unicode=True, width=1000)
        text = io.StringIO()
        writer = csv.DictWriter(text, [field.name for field in fields(Record)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(record) for record in sorted(self.records, key=lambda r: tuple(map(str, r.job))))
        write_text(self.path, "".join(f"# {line}\n" for line in about.splitlines()) + text.getvalue())

    def with_records(self, new: Iterable[Record]) -> RecordFile:
        """The file with more records; one of the same job takes the old one's place."""
        merged = {record.job: record for record in (*self.records, *new)}
        return RecordFile(self.path, self.header, tuple(merged.values()))


def load_file(path: Path) -> RecordFile:
    """Read one file of records.

    Raises:
        UserError: Its header or a line does not fit.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    about = [line for line in lines if line.startswith("#")]
    rows = csv.DictReader(lines[len(about) :])
    try:
        header = Header.model_validate(yaml.safe_load("\n".join(line[2:] for line in about)))
        values = [{key: value for key, value in row.items() if value} for row in rows]
        records = TypeAdapter(list[Record]).validate_python(values)
    except (yaml.YAMLError, ValidationError) as error:
        raise UserError(
            f"not a file of benchmark records: {error}",
            where=path,
            remedy=f"restore it: git checkout -- {FOLDER}; or measure anew: make record",
        ) from error
    return RecordFile(path, header, tuple(records))


def load_records(folder: Path = FOLDER) -> list[RecordFile]:
    """All files of a folder, the newest first.

    Raises:
        UserError: A file is damaged.
    """
    files = [load_file(path) for path in sorted(folder.glob("*.csv"))]
    return sorted(files, key=lambda file: file.header.date, reverse=True)


def largest_memory(folder: Path = FOLDER, device: str = "cpu") -> dict[str, float]:
    """By rule, the most memory (resident, in MB) that a recorded job on this kind of device held."""
    return _largest("max_rss_mb", folder, device)


def longest_time(folder: Path = FOLDER, device: str = "cpu") -> dict[str, float]:
    """By rule, the most seconds that a recorded job on this kind of device took."""
    return _largest("seconds", folder, device)


def _largest(column: str, folder: Path, device: str) -> dict[str, float]:
    largest: dict[str, float] = {}
    for record in (record for file in load_records(folder) for record in file.records):
        value = getattr(record, column)
        if record.device == device and value is not None:
            largest[record.rule] = max(largest.get(record.rule, 0.0), value)
    return largest
