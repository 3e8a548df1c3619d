"""The provenance of a file, as one JSON object that is written into the file itself.

Project, version, commit, target, tier, the settings that are not the tier's, the job's spec with its fingerprint, the
digest of the environment, the SHA-256 of each input and of the file's own content, the job's name, and what the file
says about itself. What is not known says why. It holds no time and no machine, so that the same job writes the same
bytes. How each format carries it, and how it is read back: `vitatlas.jobs.embedded`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import vitatlas
from vitatlas.jobs.job import Job
from vitatlas.jobs.seal import CONTENT, UNSEALED
from vitatlas.jobs.spec import effective

KEY = "vitatlas"
PROJECT = "vit-atlas"
COMMIT = "VITATLAS_COMMIT"
UNKNOWN = "VITATLAS_COMMIT_UNKNOWN"
SETTINGS = "VITATLAS_SETTINGS"
BESIDE = "beside"
"""Key of records: the SHA-256 of files in the same folder that can carry none themselves, by name."""
BY_HAND = "the job was started by hand, not by the workflow"


def record_of(job: Job[Any], output: str | Path, **about: Any) -> dict[str, Any]:
    """The provenance of what a job makes from its inputs.

    The commit, or why it is unknown, and the settings of the run that are not those of the tier's file are handed over
    in variables (`variables`). Of the spec, what results do not depend on is left out.

    Args:
        job: The job.
        output: The file made; or `<paper>/<artifact>`, where several files are one artifact.
        about: What it holds (model, layer, …), as JSON values.

    Raises:
        UserError: An input is not what it was when the job began.
    """
    job.require_same_inputs()
    target, spec = _relative(Path(output)), effective(job.raw_spec)
    return {
        "project": PROJECT,
        "version": vitatlas.__version__,
        **_handed_over(),
        "target": target,
        "tier": spec.get("tier", _tier_of(target)),
        "spec": spec,
        "environment": spec.get("environment"),
        "inputs": dict(job.digests),
        "job": job.name,
        "about": about,
        CONTENT: UNSEALED,
    }


def variables(record: Mapping[str, Any]) -> dict[str, str]:
    """The environment in which a job writes commit and settings as `record` has them.

    Args:
        record: With the keys `commit`, `settings` and, where one of them is None, `unknown`.
    """
    found = {COMMIT: record["commit"] or "", UNKNOWN: record.get("unknown", {}).get("commit", "")}
    return found if record["settings"] is None else found | {SETTINGS: as_json(record["settings"])}


def weights_metadata(job: Job[Any], output: Path, about: Mapping[str, Any]) -> dict[str, str]:
    """The provenance as metadata of a safetensors file, under one key: of several, the order would be random."""
    return {KEY: as_json(record_of(job, output, **about))}


def as_json(record: Mapping[str, Any]) -> str:
    """A provenance as text."""
    # ASCII, because a PDF would store other letters in an encoding of its own
    return json.dumps(record, sort_keys=True, ensure_ascii=True)


def _handed_over() -> dict[str, Any]:
    """Commit and settings, and what of them is unknown for which reason."""
    commit, settings = os.environ.get(COMMIT) or None, os.environ.get(SETTINGS)
    unknown = {}
    if commit is None:
        unknown["commit"] = os.environ.get(UNKNOWN) or BY_HAND
    if settings is None:
        unknown["settings"] = BY_HAND
    told = {"commit": commit, "settings": None if settings is None else json.loads(settings or "{}")}
    return told | ({"unknown": unknown} if unknown else {})


def _tier_of(target: str) -> str | None:
    """The tier whose folder a target lies in; none of files that all tiers share."""
    folder, *below = Path(target).parts
    return below[0] if folder == "results" and len(below) > 1 else None


def _relative(path: Path) -> str:
    """Relative to the working directory; of a file elsewhere the name alone: its folder is a matter of the machine."""
    if not path.is_absolute():
        return str(path)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else path.name
