"""The jobs that an edit of a file would make run again, as text."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from vitatlas.commands.plan.dag import PlannedJob, jobs_of
from vitatlas.commands.plan.estimate import Estimator
from vitatlas.commands.plan.records import FOLDER, load_records
from vitatlas.commands.plan.sizes import load_parameters
from vitatlas.commands.plan.work import works_of
from vitatlas.commands.reruns.parts import Part, parts_of
from vitatlas.commands.reruns.why import counted
from vitatlas.costs.machine import this_machine
from vitatlas.costs.units import duration
from vitatlas.errors import UserError
from vitatlas.models.lock import read_lock

WIDTH = 110
AND_JOBS = "A value that says which models, runs or shares there are also adds jobs, or leaves some without use."
Cost = Callable[[Iterable[PlannedJob]], str]


def what_if(file: str, tier: str, checkout: Path) -> str:
    """The jobs that an edit of the file would make run again.

    Raises:
        UserError: No file of the project, or a mistake in the configuration.
        SnakemakeRefused: A mistake that Snakemake finds.
    """
    path = _in_project(file, checkout)
    jobs = jobs_of([], [f"tier={tier}"], checkout)
    parts = parts_of(path, jobs, tier, checkout)
    return as_text(path, tier, parts, jobs, _cost(jobs, checkout))


def following(first: Sequence[PlannedJob], jobs: Sequence[PlannedJob]) -> list[PlannedJob]:
    """These jobs, and all that come after them."""
    readers: dict[str, list[PlannedJob]] = {}
    for job in jobs:
        for path in job.inputs:
            readers.setdefault(path, []).append(job)
    found = {job.name for job in first}
    waiting = list(first)
    while waiting:
        for path in waiting.pop().outputs:
            new = [job for job in readers.get(path, []) if job.name not in found]
            found |= {job.name for job in new}
            waiting += new
    return [job for job in jobs if job.name in found]


def as_text(file: Path, tier: str, parts: Sequence[Part], jobs: Sequence[PlannedJob], cost: Cost) -> str:
    """The answer in words: in full of a file that is a whole, one line per part otherwise.

    Args:
        jobs: All of the tier.
        cost: How long jobs take, in words.
    """
    head = f"An edit of {file}, tier {tier}"
    if len(parts) == 1:
        return _whole(head, parts[0], jobs, cost)
    width = max(len(part.label) for part in parts)
    lines = [f"{head}, runs again, by what is edited in it:", ""]
    for part in parts:
        text = f"  {part.label.ljust(width)}  {_in_short(part, jobs, cost)}"
        lines += textwrap.wrap(text, WIDTH, subsequent_indent=" " * (width + 4))
    return "\n".join([*lines, "", AND_JOBS])


def _in_short(part: Part, jobs: Sequence[PlannedJob], cost: Cost) -> str:
    if not part.jobs:
        return f"nothing. {part.why}"
    reached = following(part.jobs, jobs)
    rules = ", ".join(dict.fromkeys(job.rule for job in part.jobs))
    return f"{len(reached)} of {counted(len(jobs))}{cost(reached)}, first {rules}"


def _whole(head: str, part: Part, jobs: Sequence[PlannedJob], cost: Cost) -> str:
    if not part.jobs:
        return f"{head}, runs nothing again.\n{textwrap.fill(part.why, WIDTH)}"
    reached = following(part.jobs, jobs)
    first, every = Counter(job.rule for job in part.jobs), Counter(job.rule for job in reached)
    done = sum(job.done for job in reached)
    many = f"{len(reached)} of {counted(len(jobs))}{cost(reached)}"
    lines = [f"{head}, runs again {many}; {done} of them are done now.", ""]
    lines += textwrap.wrap(f"First, {counted(len(part.jobs))}: {_by_rule(first)}. {part.why}", WIDTH)
    if rest := every - first:
        lines += ["", *textwrap.wrap(f"Then, {counted(rest.total())}: {_by_rule(rest)}", WIDTH)]
    if artifacts := sorted({_artifact(job) for job in reached if "artifact" in job.wildcards}):
        lines += ["", *textwrap.wrap(f"Artifacts: {', '.join(artifacts)}", WIDTH)]
    return "\n".join(lines)


def _artifact(job: PlannedJob) -> str:
    """The full name of the artifact that a job makes."""
    return f"{job.wildcards['paper']}_{job.wildcards['artifact']}"


def _by_rule(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} of {rule}" for rule, number in numbers.items())


def _cost(jobs: Sequence[PlannedJob], checkout: Path) -> Cost:
    """How long jobs take together, one after the other, by the shipped records."""
    machine = this_machine()
    pins = read_lock(checkout / "config/weights.lock")
    estimate = Estimator(load_records(checkout / FOLDER), machine, load_parameters(), pins)
    works = works_of(jobs, machine)

    def cost(some: Iterable[PlannedJob]) -> str:
        found = [estimate(job, works[job.name]).seconds for job in some]
        known = [value.number for value in found if value is not None]
        if not known:
            return ""
        missing = f", {len(found) - len(known)} of unknown length" if len(known) < len(found) else ""
        return f" (about {duration(sum(known))} of work by benchmarks/records{missing})"

    return cost


def _in_project(file: str, checkout: Path) -> Path:
    """The file, relative to the checkout."""
    if not file:
        raise UserError("no file is named", remedy="make what-if FILE=src/vitatlas/relations/attention/masses.py")
    path = (checkout / file).resolve()
    if not path.is_relative_to(checkout.resolve()):
        raise UserError("not in the project", where=file, remedy=f"name a file below {checkout}")
    if not path.is_file():
        raise UserError("no such file in the project", where=file, remedy="name it relative to the project's folder")
    return path.relative_to(checkout.resolve())
