"""Where a file comes from, as one JSON object that is written into the file itself.

Project, version, commit, target, tier, the settings that are not the tier's, the job's spec with its fingerprint, the
digest of the environment, and the SHA-256 of each input. It holds no time and no machine, so that the same job writes
the same bytes. How figures and tables carry it, and how it is read back from any file: `artifacts.provenance`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import vitatlas
from vitatlas.files import sha256
from vitatlas.jobs import Job, effective

KEY = "vitatlas"
COMMIT = "VITATLAS_COMMIT"
SETTINGS = "VITATLAS_SETTINGS"


def provenance(target: str, spec: Mapping[str, Any], inputs: Sequence[Path]) -> dict[str, Any]:
    """The provenance of a target that a job makes from `inputs`.

    The commit, and the settings of the run that are not those of the tier's file, are handed over in the variables
    VITATLAS_COMMIT and VITATLAS_SETTINGS.

    Args:
        target: The file made, relative to the working directory; or `<paper>/<artifact>`, where several files are.
        spec: As the job received it; what results do not depend on is left out.
        inputs: Files, as the job was handed them.
    """
    kept = effective(spec)
    return {
        "project": "vit-atlas",
        "version": vitatlas.__version__,
        "commit": os.environ.get(COMMIT) or None,
        "target": target,
        "tier": kept.get("tier", _tier_of(target)),
        "settings": json.loads(os.environ.get(SETTINGS) or "{}"),
        "spec": kept,
        "environment": kept.get("environment"),
        "inputs": {str(path): sha256(path) for path in inputs},
    }


def weights_metadata(job: Job[Any], output: Path, about: Mapping[str, Any]) -> dict[str, str]:
    """The provenance as metadata of a safetensors file, under one key: of several, the order would be random.

    Args:
        job: What makes the file.
        output: The file.
        about: What it holds (model, task, …), kept as `about`.
    """
    inputs = [path for name in job.input.names() for path in job.input.all(name)]
    record = provenance(_relative(output), job.raw_spec, inputs)
    return {KEY: as_json(record | {"about": dict(about)})}


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
