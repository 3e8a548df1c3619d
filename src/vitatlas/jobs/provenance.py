"""The provenance of a file, as one JSON object that is written into the file itself.

Project, version, commit, target, tier, the settings that are not the tier's, the job's spec with its fingerprint, the
digest of the environment, the SHA-256 of each input, the job's name, and what the file says about itself. It holds no
time and no machine, so that the same job writes the same bytes. How each format carries it, and how it is read back:
`vitatlas.jobs.embedded`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import vitatlas
from vitatlas.jobs.job import Job
from vitatlas.jobs.spec import effective

KEY = "vitatlas"
COMMIT = "VITATLAS_COMMIT"
SETTINGS = "VITATLAS_SETTINGS"


def record_of(job: Job[Any], output: str | Path, **about: Any) -> dict[str, Any]:
    """The provenance of what a job makes from its inputs.

    The commit, and the settings of the run that are not those of the tier's file, are handed over in the variables
    VITATLAS_COMMIT and VITATLAS_SETTINGS. Of the spec, what results do not depend on is left out.

    Args:
        job: The job.
        output: The file made; or `<paper>/<artifact>`, where several files are one artifact.
        about: What it holds (model, layer, …), as JSON values.
    """
    target, spec = _relative(Path(output)), effective(job.raw_spec)
    return {
        "project": "vit-atlas",
        "version": vitatlas.__version__,
        "commit": os.environ.get(COMMIT) or None,
        "target": target,
        "tier": spec.get("tier", _tier_of(target)),
        "settings": json.loads(os.environ.get(SETTINGS) or "{}"),
        "spec": spec,
        "environment": spec.get("environment"),
        "inputs": dict(job.digests),
        "job": job.name,
        "about": about,
    }


def weights_metadata(job: Job[Any], output: Path, about: Mapping[str, Any]) -> dict[str, str]:
    """The provenance as metadata of a safetensors file, under one key: of several, the order would be random."""
    return {KEY: as_json(record_of(job, output, **about))}


def as_json(record: Mapping[str, Any]) -> str:
    """A provenance as text."""
    # ASCII, because a PDF would store other letters in an encoding of its own
    return json.dumps(record, sort_keys=True, ensure_ascii=True)


def _tier_of(target: str) -> str | None:
    """The tier whose folder a target lies in; none of files that all tiers share."""
    folder, *below = Path(target).parts
    return below[0] if folder == "results" and len(below) > 1 else None


def _relative(path: Path) -> str:
    """Relative to the working directory; of a file elsewhere the name alone: its folder is a matter of the machine."""
    if not path.is_absolute():
        return str(path)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else path.name
