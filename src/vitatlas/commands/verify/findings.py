"""Foreign, edited, missing and stale files of a tier, told without Snakemake's own notes.

Snakemake is asked one question, which it answers from the configuration and not from its notes: which jobs would make
the tier, and with which specs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vitatlas.commands.plan.dag import PlannedJob, SnakemakeRefused, jobs_of
from vitatlas.commands.reruns.changes import changes, images_by_digest, listed
from vitatlas.commands.verify.files import Folder, Held
from vitatlas.errors import UserError
from vitatlas.jobs.seal import EDITED, WITHOUT
from vitatlas.jobs.spec import effective
from vitatlas.models.lock import read_lock

FOREIGN, CHANGED, MISSING, STALE = "foreign", "edited", "missing", "stale"
NO_RECORD = "no record inside: not made by the workflow (or by an older version), or saved by another program"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a file.

    Attributes:
        kind: `FOREIGN`, `CHANGED`, `MISSING` or `STALE`.
        said: What exactly, in words.
    """

    kind: str
    path: str
    said: str


@dataclass(frozen=True)
class Verified:
    """The outcome.

    Attributes:
        files: How many were looked at.
        unsealed: How many of them carry no digest of their own content.
        waiting: How many jobs of the tier have made nothing yet.
        unasked: Why it is not known what this checkout would make; empty where it is.
    """

    tier: str
    files: int
    unsealed: int
    waiting: int
    unasked: str
    findings: list[Finding] = field(default_factory=list)


def verify(checkout: Path, tier: str, settings: Sequence[str]) -> Verified:
    """Hold every file of a tier against its record, its inputs, and what this checkout would make.

    Args:
        checkout: The folder in which Snakemake runs.
        settings: Further values of the configuration, as after Snakemake's `--config`.

    Raises:
        UserError: The tier has made nothing here.
    """
    folder = Folder(checkout)
    files = folder.of_tier(tier)
    if not files:
        raise UserError(f"the tier '{tier}' has made nothing", where=f"results/{tier}", remedy="make demo")
    try:
        jobs, unasked = jobs_of([], [f"tier={tier}", *settings], checkout), ""
    except SnakemakeRefused as error:
        jobs, unasked = [], error.problem
    made = {path: job for job in jobs for path in job.outputs}
    images = images_by_digest(checkout) if jobs else {}
    pins = {pin.sha256 for pin in read_lock(checkout / "config/weights.lock").values()}
    findings = [
        finding
        for held in files
        for finding in (*_own(held, folder, tier, pins), *_inputs(held, folder), *_spec(held, made, images))
    ]
    lacking = [finding for job in jobs for finding in _lacking(job, folder)]
    return Verified(
        tier=tier,
        files=len(files),
        unsealed=sum(held.record is not None and held.content == WITHOUT for held in files),
        waiting=sum(not any(map(folder.exists, job.outputs)) for job in jobs),
        unasked=unasked,
        findings=list(dict.fromkeys([*findings, *lacking])),
    )


def _own(held: Held, folder: Folder, tier: str, pins: set[str]) -> Iterator[Finding]:
    """Whether the file is what its record says."""
    if held.record is None:
        if not (held.path.startswith("resources/") and folder.digest(held.path) in pins):
            yield Finding(
                FOREIGN,
                held.path,
                NO_RECORD,
            )
        return
    if held.content == EDITED:
        yield Finding(CHANGED, held.path, "its content is not what was written")
    if not _is_of(held, tier):
        yield Finding(FOREIGN, held.path, f"its record is that of {held.record['target']}")


def _is_of(held: Held, tier: str) -> bool:
    """Whether a file lies where its record says that it was made."""
    record, path = held.record or {}, Path(held.path)
    target = Path(str(record.get("target")))
    if record.get("tier") not in (None, tier):
        return False
    if "style" in record or target.name == "tutorial":
        return True
    if target.parts[0] in ("results", "resources"):
        return target.with_suffix("") == path.with_suffix("") or target.parent in path.parents
    return (path.parent.name, path.stem) == (target.parent.name, target.name)


def _inputs(held: Held, folder: Folder) -> Iterator[Finding]:
    """Whether what the file was made from is there, and the same."""
    for path, digest in held.inputs.items():
        if not folder.exists(path):
            yield Finding(MISSING, path, f"needed by {held.path}")
        elif folder.digest(path) != digest:
            yield Finding(STALE, held.path, f"made from another {path} than is here")


def _spec(held: Held, made: Mapping[str, PlannedJob], images: Mapping[str, str]) -> Iterator[Finding]:
    """Whether this checkout would make it with the same program, settings and versions."""
    if held.record is None or held.path not in made:
        return
    causes = changes(held.record["spec"], effective(made[held.path].spec), images)
    if causes:
        said = listed([cause.what for cause in causes])
        yield Finding(STALE, held.path, f"this checkout would make it otherwise: {said}")


def _lacking(job: PlannedJob, folder: Folder) -> Iterator[Finding]:
    """The outputs that a job made once, and that are gone."""
    missing = [path for path in job.outputs if not folder.exists(path)]
    if len(missing) < len(job.outputs):
        yield from (Finding(MISSING, path, f"other files of rule {job.rule} are there") for path in missing)
