"""Why one job would run: causes of its own, and files that other jobs make anew for it.

Snakemake stops looking at the first cause that it finds, and does not look at jobs below one that runs. Therefore the
spec that it recorded is compared here for every job.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitatlas.commands.plan.dag import PlannedJob
from vitatlas.commands.reruns.changes import Cause, changes, listed
from vitatlas.commands.reruns.record import Record, read_record
from vitatlas.jobs.spec import effective


@dataclass(frozen=True)
class Reason:
    """Why a job would run.

    Attributes:
        causes: Its own.
        after: Rules of the jobs that make anew what it reads.
    """

    causes: tuple[Cause, ...]
    after: tuple[str, ...]


def reason_of(job: PlannedJob, makers: Mapping[str, str], images: Mapping[str, str], checkout: Path) -> Reason:
    """The reason of a job that Snakemake would run.

    Args:
        job: With Snakemake's own reason.
        makers: The rule of each file that would be made.
        images: Name of the container image by the digest of its locks.
        checkout: The folder in which Snakemake runs.
    """
    record = read_record(checkout, job.name)
    causes = _missing(job, record, checkout)
    if "Incomplete output files" in job.reason:
        causes.append(Cause("it was stopped while it ran"))
    if newer := _named("Updated input files", job.reason):
        causes.append(Cause("what it reads is newer than what it made", listed(newer)))
    if record is not None:
        causes += _since(record, job, images)
    after = sorted({makers[path] for path in job.inputs if path in makers})
    if not causes and not after:
        causes.append(Cause("in Snakemake's words", job.reason))
    return Reason(tuple(causes), tuple(after))


def _missing(job: PlannedJob, record: Record | None, checkout: Path) -> list[Cause]:
    missing = [path for path in job.outputs if not (checkout / path).exists()]
    if record is None and len(missing) == len(job.outputs):
        return [Cause("never made")]
    return [Cause("what it made is no longer there", listed(missing))] if missing else []


def _since(record: Record, job: PlannedJob, images: Mapping[str, str]) -> list[Cause]:
    """The causes that came up since it ran."""
    found = [] if record.spec is None else changes(record.spec, effective(job.spec), images)
    more, fewer = sorted(set(job.inputs) - record.inputs), sorted(record.inputs - set(job.inputs))
    found += [Cause("it reads more than last time", listed(more))] if more else []
    return found + ([Cause("it reads less than last time", listed(fewer))] if fewer else [])


def _named(words: str, reason: str) -> list[str]:
    """The files that Snakemake lists after these words, up to the next part of its sentence."""
    found = re.search(rf"{words}: (.*?)(?:; [A-Z]|$)", reason)
    return [path for path in found[1].split(", ") if path] if found else []
