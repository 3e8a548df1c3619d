"""Estimates of one job: from records of the same work, from a line through records of other sizes, or unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean, linear_regression

from vitatlas.commands.plan.dag import PlannedJob, computes_on_gpu
from vitatlas.commands.plan.origin import Value
from vitatlas.commands.plan.records import Record, RecordFile
from vitatlas.commands.plan.sizes import Parameters
from vitatlas.commands.plan.work import Work, size_name
from vitatlas.costs.machine import Machine
from vitatlas.models.lock import Pin
from vitatlas.papers import builders_of_papers

REACH = 4.0
"""How many times the largest measured size a line through measured sizes may be followed."""

TOLERANCE: dict[str, float] = {}
"""By rule, how far off such a line was found to be at most (`benchmarks/scaling.py`). Other rules are not scaled."""


@dataclass(frozen=True)
class Estimate:
    """The estimate of a job; None for what is unknown.

    Attributes:
        on_gpu: Whether it computes on a GPU.
        seconds, memory_mb, disk_bytes: Of the one job.
        download_bytes: What it fetches from the network; None too for jobs that fetch nothing.
        fetches: Whether it fetches anything.
    """

    job: PlannedJob
    on_gpu: bool
    seconds: Value | None
    memory_mb: Value | None
    disk_bytes: Value | None
    download_bytes: Value | None
    fetches: bool


class Estimator:
    """Estimates jobs.

    Args:
        files: Shipped records; those of a machine like `machine` count first, then the newest.
        machine: The one that asks.
        parameters: Sizes of the zoo's architectures.
        pins: Published weights whose size is known, by model.
    """

    def __init__(self, files: Sequence[RecordFile], machine: Machine, parameters: Parameters, pins: Mapping[str, Pin]):
        self.files = sorted(files, key=lambda file: (file.header.machine != machine, -file.header.date.toordinal()))
        self.machine, self.parameters, self.pins = machine, parameters, pins

    def __call__(self, job: PlannedJob, work: Work) -> Estimate:
        """The estimate of one job that does this work."""
        on_gpu = computes_on_gpu(job, self.machine)
        seconds, memory, disk = self._recorded(job, work, "gpu" if on_gpu else "cpu")
        return Estimate(
            job=job,
            on_gpu=on_gpu,
            seconds=seconds,
            memory_mb=memory,
            disk_bytes=self._weights(job) or disk,
            download_bytes=self._weights(job) if _fetches(job) else None,
            fetches=_fetches(job),
        )

    def _recorded(self, job: PlannedJob, work: Work, device: str) -> tuple[Value | None, Value | None, Value | None]:
        """Seconds, memory in MB and bytes on disk."""
        alike = {
            file.path: [r for r in file.records if (r.rule, r.device, r.kind) == (job.rule, device, work.kind)]
            for file in self.files
        }
        for file in self.files:
            same = [record for record in alike[file.path] if record.size == work.size]
            if same:
                return _measured(same, _origin("measured", file, same))
        for file in self.files:
            sizes = sorted({record.size for record in alike[file.path] if record.size is not None})
            if job.rule in TOLERANCE and work.size is not None and len(sizes) > 1 and work.size <= REACH * sizes[-1]:
                through = f"{', '.join(f'{size:g}' for size in sizes)} {size_name(job.rule)}"
                words = f"scaled on a line through {through}, good to {TOLERANCE[job.rule]:.0%}"
                return _scaled(alike[file.path], work.size, _origin(words, file, alike[file.path]))
        return None, None, self._trained(job)

    def _weights(self, job: PlannedJob) -> Value | None:
        """Bytes of the published weights that the job brings; None for other jobs and unknown sizes."""
        if job.rule != "fetch_weights":
            return None
        pin = self.pins.get(job.wildcards["model"])
        if pin is not None:
            return Value(pin.size, "size in config/weights.lock")
        return self.parameters.published(job.spec["model"])

    def _trained(self, job: PlannedJob) -> Value | None:
        return self.parameters.trained(job.spec["model"]) if job.rule in _trainings() else None


@cache
def _trainings() -> frozenset[str]:
    """The rules that leave two copies of a trained model."""
    return frozenset(builder.rule for builder in builders_of_papers() if builder.trains)


def _fetches(job: PlannedJob) -> bool:
    """Whether it fetches from the network, and not from a file or folder."""
    return job.rule == "fetch_weights" and job.spec.get("source") is None and job.spec["model"].get("origin") != "file"


def _origin(how: str, file: RecordFile, records: Sequence[Record]) -> str:
    about = file.header
    tiers, commits, notes = (
        ", ".join(sorted({getattr(record, key) or "" for record in records})) for key in ("tier", "commit", "note")
    )
    text = f"{how}: tier {tiers}, commit {commits}, on {about.machine}, {about.date} ({file.path.name})"
    return f"{text}; {notes}" if notes else text


def _measured(records: Sequence[Record], origin: str) -> tuple[Value | None, Value | None, Value | None]:
    memory = [record.max_rss_mb for record in records if record.max_rss_mb is not None]
    return (
        Value(fmean(record.seconds for record in records), origin),
        Value(max(memory), origin) if memory else None,
        Value(fmean(record.output_bytes for record in records), origin),
    )


def _scaled(records: Sequence[Record], size: float, origin: str) -> tuple[Value | None, Value | None, Value | None]:
    """Time on the line; memory and bytes as the largest measured: they do not grow, but for lines of the history."""
    slope, start = linear_regression([record.size or 0.0 for record in records], [record.seconds for record in records])
    _, memory, _ = _measured(records, origin)
    largest = max(record.output_bytes for record in records)
    return Value(max(0.0, start + slope * size), origin), memory, Value(largest, origin)
