"""Jobs without a rule, and the provenances that they write, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vitatlas.config.strict import Strict
from vitatlas.jobs.job import Files, Job
from vitatlas.jobs.provenance import record_of


def job(spec: Mapping[str, Any], inputs: Sequence[Path] = ()) -> Job[Strict]:
    """A job with this raw spec."""
    return Job(Files({"files": list(inputs)}, "input"), Files({}, "output"), Strict(), dict(spec))


def record(target: str, spec: Mapping[str, Any], inputs: Sequence[Path] = ()) -> dict[str, Any]:
    """The provenance of a target that such a job makes."""
    return record_of(job(spec, inputs), target)
