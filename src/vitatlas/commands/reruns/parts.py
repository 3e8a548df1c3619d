"""The jobs of a tier that an edit of a file, or of a part of it, reaches first.

Everything is looked up in the specs and inputs of the jobs, as Snakemake would run them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitatlas.artifacts.registry import load_registry
from vitatlas.commands.plan.dag import PlannedJob
from vitatlas.commands.reruns.sections import sections
from vitatlas.config.load import OWN_MODELS, own_models
from vitatlas.containers.images import IMAGES
from vitatlas.jobs.fingerprint import PACKAGE, WITHOUT_EFFECT, environment_fingerprint
from vitatlas.papers import papers
from vitatlas.project.load import load_zoo

CODE = "Comments, docstrings and layout do not count as an edit."
NO_JOB = "No job of the tier depends on this file"
ZOO = Path("config/models.yaml")
OWN_ZOO = ZOO.with_name(OWN_MODELS)
PAGES = ("coverage_page", "page")
"""Rules whose specs list all artifacts."""

ITSELF = (
    "Where the workflow itself uses it (to read the configuration, build specs or name files), an edit can change "
    "specs or inputs: `make why` shows which, afterwards."
)


@dataclass(frozen=True)
class Part:
    """A file, or a part of it.

    Attributes:
        label: What it is.
        jobs: Those that run again because of it, without what follows from them.
        why: How it reaches them, or why it reaches none.
    """

    label: str
    jobs: list[PlannedJob]
    why: str


def parts_of(file: Path, jobs: Sequence[PlannedJob], tier: str, checkout: Path) -> list[Part]:
    """The parts of a file by themselves; one part where it is a whole.

    Args:
        file: Relative to the checkout.
        jobs: All of the tier, done or not.

    Raises:
        UserError: Something in the configuration is wrong.
    """
    if file.suffix in (".py", ".ipynb"):
        return [_program(file, jobs)]
    if file.parts[0] == "envs":
        return [_lock(file, jobs, checkout)]
    if file == Path(f"config/{tier}.yaml"):
        return _tier(jobs, tier, checkout)
    if file in (ZOO, OWN_ZOO):
        return _zoo(file, jobs, checkout)
    if file.parent == Path("config/artifacts"):
        return [_registry(file, jobs, checkout)]
    if file.suffix == ".smk" or file.name == "Snakefile":
        return [_rules(file)]
    return [_other(file, jobs)]


def key_of(file: Path) -> str:
    """The key under which a program or module stands in the `code` of specs."""
    if file.parts[:2] == ("src", PACKAGE):
        return ".".join(file.with_suffix("").parts[1:]).removesuffix(".__init__")
    return file.name


def _program(file: Path, jobs: Sequence[PlannedJob]) -> Part:
    key = key_of(file)
    if WITHOUT_EFFECT.fullmatch(key):
        return Part(key, [], "It shows, waits, words errors or shares out GPUs, and cannot change what a job makes.")
    reached = [job for job in jobs if key in job.spec.get("code", {})]
    if reached:
        return Part(key, reached, f"Their programs reach it through imports (`code.{key}` in their specs). {CODE}")
    if file.parts[0] == "src":
        why = f"{NO_JOB} through imports. {ITSELF}"
        return Part(key, [], why)
    return Part(key, [], f"{NO_JOB}: it is no program of a rule.")


def _lock(file: Path, jobs: Sequence[PlannedJob], checkout: Path) -> Part:
    image = next((name for name in IMAGES if file.name.startswith(name) and file.suffix == ".txt"), None)
    if image is None:
        why = (
            "Only the locks of images count (envs/compute-*.lock.txt, envs/figures.lock.txt); `make lock` writes them."
        )
        return Part(file.name, [], why)
    digest = environment_fingerprint(checkout / "envs", image)
    why = f"They run in the image '{image}'. Only versions that its CPU and CUDA locks share count."
    return Part(f"versions in the image '{image}'", [job for job in jobs if job.spec.get("environment") == digest], why)


def _tier(jobs: Sequence[PlannedJob], tier: str, checkout: Path) -> list[Part]:
    why = "Their specs hold values of this section."
    none = "It says which jobs there are, or how they run; no finished job depends on it."
    found = sections(jobs, tier, checkout)
    return [Part(name, reached, why if reached else none) for name, reached in found.items()]


def _zoo(file: Path, jobs: Sequence[PlannedJob], checkout: Path) -> list[Part]:
    zoo, own = load_zoo(checkout / ZOO, own=False), file == OWN_ZOO
    names = own_models(checkout / file.parent) if own else zoo.models
    wanted: dict[str, Any] = {f"models.{name}": name for name in names}
    for paper in papers() if not own else ():
        annex = getattr(zoo, paper, None)
        for key, value in (annex.model_dump(mode="json") if annex else {}).items():
            wanted |= _entries(f"{paper}.{key}", value)
    why = "Their specs hold values of this entry, or list what is shown of it."
    pages = [job for job in jobs if job.rule in PAGES]
    found = {label: [job for job in jobs if _holds(job.spec, value) or job in pages] for label, value in wanted.items()}
    return [Part(label, reached, why) for label, reached in found.items()]


def _entries(key: str, value: Any) -> dict[str, Any]:
    """The entries of a value by their full keys; the value itself where it has none."""
    return {f"{key}.{name}": entry for name, entry in value.items()} if isinstance(value, Mapping) else {key: value}


def _registry(file: Path, jobs: Sequence[PlannedJob], checkout: Path) -> Part:
    names = load_registry(checkout / file, papers()[file.stem]).artifacts
    shown = [
        job
        for job in jobs
        if job.rule in PAGES or (job.wildcards.get("paper") == file.stem and job.wildcards.get("artifact") in names)
    ]
    why = "An entry reaches the job that makes its artifact, and the pages that list artifacts; this is all of them."
    return Part("all entries", shown, why)


def _rules(file: Path) -> Part:
    why = (
        "The text of rules does not count. Other inputs, or another spec, of a rule do: `make why` shows it afterwards."
    )
    return Part(file.name, [], why)


def _other(file: Path, jobs: Sequence[PlannedJob]) -> Part:
    reached = [job for job in jobs if str(file) in job.inputs or str(file) in job.spec.get("files", {})]
    if reached:
        return Part(file.name, reached, "They read it.")
    return Part(file.name, [], f"{NO_JOB}: none reads it, and no program reaches it.")


def _holds(value: Any, wanted: Any) -> bool:
    """Whether a nested value holds this one anywhere."""
    if value == wanted:
        return True
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_holds(part, wanted) for part in inside)
