"""When two jobs of a rule do the same work, so that what one took tells what the other will take.

The same spec, as far as it costs anything, on inputs that jobs of the same work made: how many scenes a training reads
is not in its spec, but in that of the job that made them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from vitatlas.commands.plan.dag import PlannedJob, computes_on_gpu
from vitatlas.costs.machine import Machine
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.spec import effective
from vitatlas.papers import builders_of_papers, papers

WITHOUT_COST = frozenset(
    # What a run is called and drawn from, and prose.
    {"name", "title", "run", "seed", "shard", "caption", "section", "paper", "notes", "tier_note"}
)
"""Keys of specs that change no job's time, memory or size, wherever they stand; papers have more."""

ONLY = dict.fromkeys(
    (
        *("figure", "table", "tutorial_notebook", "coverage_page", "compute_table", "verdicts", "null_calibration"),
        *("invariants", "page"),
    ),
    ("artifact", "paper", "tier"),
)
"""By rule, the only keys that count: its jobs draw or write one artifact of a tier, in seconds whatever its details."""


@cache
def without_cost() -> frozenset[str]:
    """The keys that change no job's cost: the shared ones, and those of all papers."""
    return WITHOUT_COST.union(*(paper.without_cost for paper in papers().values()))


@cache
def sizes() -> dict[str, tuple[str, ...]]:
    """By rule, the key that says how often the same is done: a job's time is a line in it, all else being equal.
    `benchmarks/scaling.py` checks that on trainings of three sizes."""
    return {builder.rule: builder.size for builder in builders_of_papers() if builder.size}


@dataclass(frozen=True)
class Work:
    """The work of a job, as far as its cost goes.

    Attributes:
        kind: Digest of everything but the sizes, its own and those of the jobs before it.
        size: The value of the rule's key in `sizes`; None for rules that have none.
    """

    kind: str
    size: float | None


def works_of(jobs: Sequence[PlannedJob], machine: Machine) -> dict[str, Work]:
    """The work of every job of a run, by name.

    Args:
        jobs: With all that come before each of them.
        machine: Where they run.
    """
    maker = {file: job for job in jobs for file in job.outputs}
    works: dict[str, Work] = {}

    def work(job: PlannedJob) -> Work:
        if job.name not in works:
            before = {made.name: made for made in map(maker.get, job.inputs) if made is not None}
            kinds = [work(made).kind for made in before.values()]
            works[job.name] = work_of(job.rule, job.spec, computes_on_gpu(job, machine), kinds)
        return works[job.name]

    return {job.name: work(job) for job in jobs}


def work_of(rule: str, spec: Mapping[str, Any], on_gpu: bool, before: Sequence[str] = ()) -> Work:
    """The work of one job.

    Args:
        on_gpu: On a CPU, the configured precision and compilation have no effect.
        before: Kinds of the jobs that make its inputs.
    """
    values = without_fingerprint(effective(spec))
    if rule in ONLY:
        return Work(_digest([values.get(key) for key in ONLY[rule]]), None)
    compute = values.pop("compute", {})
    how = {key: compute.get(key) for key in ("precision", "compile")} if on_gpu else "cpu"
    size, rest = _without(values, sizes()[rule]) if rule in sizes() else (None, values)
    return Work(_digest([_costly(rest), how, sorted(before)]), size)


def size_name(rule: str) -> str:
    """The unit in which the size of a rule's jobs is counted."""
    return sizes()[rule][-1]


def _without(values: Mapping[str, Any], path: tuple[str, ...]) -> tuple[float, dict[str, Any]]:
    """The number at the path, and the values without it."""
    first, *below = path
    if not below:
        return float(values[first]), {key: value for key, value in values.items() if key != first}
    number, rest = _without(values[first], tuple(below))
    return number, {**values, first: rest}


def _costly(value: Any) -> Any:
    """Without what is empty: a key that the schema gains later makes no other work until it is used."""
    if isinstance(value, Mapping):
        return {key: _costly(part) for key, part in value.items() if key not in without_cost() and part}
    return [_costly(part) for part in value] if isinstance(value, list) else value


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
