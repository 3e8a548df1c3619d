"""The record inside a file made by the workflow, held against this checkout.

The file carries its record (`vitatlas.jobs.provenance`). Snakemake is asked, in a dry run with the record's settings,
which jobs would make the file now, and with which specs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitatlas.commands.plan.dag import PlannedJob, SnakemakeRefused, jobs_of
from vitatlas.commands.reruns.changes import Cause, changes, images_by_digest
from vitatlas.errors import UserError
from vitatlas.jobs.again import DIRTY, commit_in
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.files import sha256
from vitatlas.jobs.seal import CARRIERS, EDITED, check
from vitatlas.jobs.spec import effective
from vitatlas.project.checkout import has_commit, state_of

FOLDERS = ("results", "resources")
NEEDED = ("commit", "target", "tier", "settings", "spec", "environment", "inputs")


@dataclass(frozen=True)
class Input:
    """A file that another was made from.

    Attributes:
        path: As the job was handed it.
        sha256: Its checksum then.
        state: `unchanged`, `changed` or `missing` now; `edited` where it is the same, but was changed by somebody after
            the workflow had written it, and before it was used.
    """

    path: str
    sha256: str
    state: str


@dataclass(frozen=True)
class Identity:
    """All that is known of a file.

    Attributes:
        path: The file.
        record: Its provenance.
        target: The file as a rule states it.
        here: The commit of this checkout, with `-dirty` where files differ from it; empty outside a git checkout.
        here_unknown: Why the commit of this checkout is unknown; empty where it is known.
        known: Whether git has the record's commit here; None where it cannot be asked.
        content: Whether the file is as it was written: a word of `vitatlas.jobs.seal`.
        inputs: What it was made from.
        causes: What this checkout would do otherwise; empty where it would make the same.
        refused: Why this checkout does not make the file at all; empty where it does.
        unasked: Why it is not known what this checkout would do; empty where it is.
        jobs: All that would have to run, finished or not.
        images: Name of the container image by the digest of its locks.
    """

    path: Path
    record: Mapping[str, Any]
    target: str
    here: str
    here_unknown: str
    known: bool | None
    content: str
    inputs: list[Input]
    causes: list[Cause]
    refused: str
    unasked: str
    jobs: list[PlannedJob]
    images: Mapping[str, str]

    @property
    def commit(self) -> str:
        """The record's commit, which can be checked out; empty where it has none."""
        return commit_in(self.record)

    @property
    def dirty(self) -> bool:
        """Whether files differed from that commit when it was made."""
        return str(self.record["commit"] or "").endswith(DIRTY)


def identify(path: Path, checkout: Path) -> Identity:
    """The identity of the file `path`, and what this checkout has to do with it.

    Raises:
        UserError: The file has no provenance, or that of another version.
    """
    if path == Path():
        raise UserError("no file is named", remedy="make identify FILE=results/demo/figures/relations/figure_03.png")
    record = read_provenance(path)
    if missing := [key for key in NEEDED if key not in record]:
        problem = f"its provenance does not name: {', '.join(missing)}"
        raise UserError(problem, where=path, remedy="another version made it: look at it there")
    target = target_file(record, path.suffix)
    images = images_by_digest(checkout)
    commit, here = commit_in(record), state_of(checkout)
    jobs, refused, unasked = _jobs(target, record, checkout)
    causes = [cause for job in jobs if target in job.outputs for cause in _causes(record, job, images)]
    return Identity(
        path=path,
        record=record,
        target=target,
        here=here.commit,
        here_unknown=here.unknown,
        known=has_commit(checkout, commit) if commit else False,
        content=check(path),
        inputs=_inputs(record, _folder(path, target, checkout)),
        causes=causes,
        refused=refused,
        unasked=unasked,
        jobs=jobs,
        images=images,
    )


def target_file(record: Mapping[str, Any], suffix: str) -> str:
    """The file that Snakemake is asked for: of an artifact, `relations/figure_03`, that in the format `suffix`."""
    target = str(record["target"])
    folder, _, name = target.partition("/")
    if folder in FOLDERS or not name:
        return target
    kind = "tables" if name.startswith("table_") else "figures"
    return f"results/{record['tier']}/{kind}/{target}{suffix}"


def _jobs(target: str, record: Mapping[str, Any], checkout: Path) -> tuple[list[PlannedJob], str, str]:
    """The jobs that would make the target; or why there are none, or why that is not known."""
    settings = [f"tier={record['tier']}"] if record["tier"] else []
    try:
        return jobs_of([target], settings, checkout, record["settings"]), "", ""
    except SnakemakeRefused as error:
        return ([], error.problem, "") if error.answered else ([], "", error.problem)


def _causes(record: Mapping[str, Any], job: PlannedJob, images: Mapping[str, str]) -> list[Cause]:
    return changes(record["spec"], effective(job.spec), images)


def _folder(path: Path, target: str, checkout: Path) -> Path:
    """The folder that the record's paths are relative to: that in which the file lies at its place, or the checkout."""
    below = f"/{Path(target).with_suffix('')}"
    whole = str(path.resolve().with_suffix(""))
    return Path(whole.removesuffix(below)) if whole.endswith(below) else checkout


def _inputs(record: Mapping[str, Any], folder: Path) -> list[Input]:
    # A figure drawn again in another style names the values that it was drawn from
    recorded = {**record["inputs"], **record.get("drawn_from", {})}
    return [Input(path, digest, _state(folder / path, digest)) for path, digest in recorded.items()]


def _state(path: Path, digest: str) -> str:
    if not path.is_file():
        return "missing"
    if sha256(path) != digest:
        return "changed"
    return "edited" if path.suffix in CARRIERS and check(path) == EDITED else "unchanged"


def changed(inputs: Sequence[Input]) -> list[Input]:
    """Those that are not as they were."""
    return [item for item in inputs if item.state != "unchanged"]
