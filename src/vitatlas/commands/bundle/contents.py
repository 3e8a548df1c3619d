"""The contents of an artifact's bundle, and whether it is fit to be bundled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitatlas.artifacts.names import Name, find_name
from vitatlas.artifacts.registry import Artifact, outputs
from vitatlas.commands.identify.identity import Identity, changed, identify
from vitatlas.commands.plan.dag import PlannedJob
from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import program_files
from vitatlas.jobs.seal import EDITED, check
from vitatlas.project.atlas import Atlas

ENVIRONMENT = (
    "envs/figures.lock.txt",
    "containers/base.def",
    "containers/figures.def",
    "containers/check.py",
)
PAPERS = ("LICENSE", "CITATION.cff")


@dataclass(frozen=True)
class Contents:
    """The files of a bundle, relative to the checkout and to the bundle alike.

    Attributes:
        artifact: The figure or table.
        record: Its provenance.
        outputs: Its files by format.
        tables: What it is drawn from.
        scenes: What the models behind the tables were shown: tables that images are drawn from.
        config: The tier's file, the models and the registry.
        programs: What draws it: the program of the rule first, then the template of a figure.
        modules: What those need to run.
        environment: Lock, and definitions of the container image.
        papers: Licence and citation.
    """

    artifact: Artifact
    record: Mapping[str, Any]
    outputs: Mapping[str, str]
    tables: list[str]
    scenes: list[str]
    config: list[str]
    programs: list[str]
    modules: list[str]
    environment: list[str]
    papers: list[str]

    @property
    def files(self) -> list[str]:
        """All of them."""
        results = (self.outputs.values(), self.tables, self.scenes)
        means = (self.config, self.programs, self.modules, self.environment, self.papers)
        return [name for group in (*results, *means) for name in group]


def contents_of(target: str, atlas: Atlas) -> Contents:
    """The contents of the bundle of the artifact `target`, from the finished results of the tier.

    Raises:
        UserError: No such artifact; not made yet; or made from other tables, or by another program, than are here now.
    """
    tier = atlas.config.tier
    artifacts = {Name(artifact.paper.name, artifact.name): artifact for artifact in atlas.artifacts}
    artifact = artifacts[find_name(target, artifacts, f"the artifacts of the tier '{tier}'")]
    target = artifact.target
    files = outputs(artifact, atlas.results)
    again = f"make demo TARGET={target} TIER={tier}"
    if missing := [file for file in files.values() if not (atlas.root / file).is_file()]:
        raise UserError(f"'{target}' is not made yet in the tier '{tier}'", where=missing[0], remedy=again)
    if edited := [file for file in files.values() if check(atlas.root / file) == EDITED]:
        raise UserError(
            f"'{target}' was changed since it was written: {', '.join(edited)}", where=edited[0], remedy=again
        )
    identity = identify(atlas.root / files["csv"], atlas.root)
    _check(identity, target, again)
    programs = _programs(artifact)
    return Contents(
        artifact=artifact,
        record=identity.record,
        outputs=files,
        tables=_tables(identity, target, again),
        scenes=_scenes(identity.jobs, artifact.paper.scenes, atlas.root),
        config=[f"config/{tier}.yaml", "config/models.yaml", f"config/artifacts/{artifact.paper.name}.yaml"],
        programs=programs,
        modules=_modules(programs, atlas.root),
        environment=list(ENVIRONMENT),
        papers=list(PAPERS),
    )


def _check(identity: Identity, target: str, again: str) -> None:
    """A bundle must draw what it shows: from these tables, with this program."""
    if why := identity.refused or identity.unasked:
        raise UserError(f"'{target}' cannot be traced: {why}", where=identity.target)
    if other := changed(identity.inputs):
        names = ", ".join(f"{item.path} ({item.state})" for item in other)
        problem = f"'{target}' was drawn from other tables than are here: {names}"
        raise UserError(problem, where=identity.target, remedy=again)
    if identity.causes:
        causes = "; ".join(cause.what for cause in identity.causes)
        problem = f"'{target}' was drawn otherwise than this checkout would draw it: {causes}"
        raise UserError(problem, where=identity.target, remedy=again)


def _tables(identity: Identity, target: str, again: str) -> list[str]:
    """The tables that it was drawn from, in the order in which the rule hands them over; a record has no order."""
    tables = next(list(job.inputs) for job in identity.jobs if identity.target in job.outputs)
    recorded = identity.record["inputs"]
    if set(tables) != set(recorded):
        names = ", ".join(sorted(set(tables) ^ set(recorded)))
        problem = f"'{target}' was drawn from other tables than the rule names now: {names}"
        raise UserError(problem, where=identity.target, remedy=again)
    return tables


def _scenes(jobs: Iterable[PlannedJob], rules: Sequence[str], root: Path) -> list[str]:
    found = (file for job in jobs if job.rule in rules for file in job.outputs)
    return sorted(file for file in found if (root / file).is_file())


def _programs(artifact: Artifact) -> list[str]:
    if artifact.kind == "table":
        return [f"workflow/scripts/{artifact.paper.name}/table_{artifact.family_name}.py"]
    return ["workflow/scripts/figure.py", artifact.template]


def _modules(programs: list[str], root: Path) -> list[str]:
    files = program_files([root / program for program in programs], root / "src")
    return [name for name in (str(file.relative_to(root)) for file in files) if name not in programs]
