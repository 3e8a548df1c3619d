"""A plan as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

from vitatlas.commands.plan.estimate import Estimate
from vitatlas.commands.plan.origin import Value
from vitatlas.commands.plan.plan import Plan
from vitatlas.commands.plan.simulate import Schedule
from vitatlas.costs.units import duration, hours, size

NONE = "–"
Number = Callable[[Estimate], Value | None]


class Origins:
    """Numbers the origins that a text refers to."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def marks(self, values: Iterable[Value]) -> str:
        """References to where these numbers come from: `[1]`, `[1,2]`."""
        texts = dict.fromkeys(value.origin for value in values)
        self.texts += [text for text in texts if text not in self.texts]
        numbers = sorted(self.texts.index(text) + 1 for text in texts)
        return f"[{','.join(map(str, numbers))}]" if numbers else ""


def as_text(plan: Plan) -> str:
    """The plan as aligned columns, with what is unknown said, and the origin of each number below."""
    done = sum(plan.done.values())
    if not plan.jobs:
        return f"Plan: {plan.title}\n\nNothing to be done: all {done} jobs are done."
    origins = Origins()
    head = ("rule", "jobs", "done", "to do", *(what for what, _ in _numbers(plan.jobs, origins)))
    rows = [_row(rule, plan.done[rule], plan.of(rule), origins) for rule in plan.done]
    lines = [f"Plan: {plan.title}", "", *_aligned([head, *rows]), ""]
    lines += [f"Total: {done + len(plan.jobs)} jobs, {done} done, {len(plan.jobs)} to do"]
    lines += _listed([*_numbers(plan.jobs, origins), *_asked(plan)])
    lines += ["", "Wall time", *_listed([_wall(plan, gpus, schedule) for gpus, schedule in plan.wall.items()])]
    lines += ["", "Where the numbers come from"]
    lines += [f"  [{number}] {text}" for number, text in enumerate(origins.texts, start=1)]
    lines.append("  unknown: no record of this work, and none that can be scaled (docs/how-to/plan-a-run.md)")
    return "\n".join(lines)


def as_json(plan: Plan) -> str:
    """Everything, job by job."""
    jobs = [
        {
            "rule": e.job.rule,
            "wildcards": dict(e.job.wildcards),
            "outputs": e.job.outputs,
            "device": "gpu" if e.on_gpu else "cpu",
            **{key: value and asdict(value) for key, value in vars(e).items() if isinstance(value, Value | None)},
        }
        for e in plan.jobs
    ]
    wall = {gpus: asdict(schedule) for gpus, schedule in plan.wall.items()}
    return json.dumps(
        {"plan": plan.title, "done": plan.done, "jobs": jobs, "cores": plan.cores, "wall": wall}, indent=1
    )


def _row(rule: str, done: int, jobs: Sequence[Estimate], origins: Origins) -> list[str]:
    counts = [str(count) for count in (done + len(jobs), done, len(jobs))]
    return [rule, *counts, *(text for _, text in _numbers(jobs, origins))]


def _numbers(jobs: Sequence[Estimate], origins: Origins) -> list[tuple[str, str]]:
    """The sums over the jobs, by name."""
    return [
        ("CPU-hours", _sum([e for e in jobs if not e.on_gpu], _core_hours, hours, origins)),
        ("GPU-hours", _sum([e for e in jobs if e.on_gpu], _hours, hours, origins)),
        ("memory of one", _sum(jobs, _memory, size, origins, largest=True)),
        ("disk", _sum(jobs, _disk, size, origins)),
        ("download", _sum([e for e in jobs if e.fetches], _download, size, origins)),
    ]


def _asked(plan: Plan) -> list[tuple[str, str]]:
    """The most that one job asks Snakemake for, by name."""
    memory = [e.job.mem_mb for e in plan.jobs if e.job.mem_mb is not None]
    on_gpu = [e.job.gpu_mb for e in plan.jobs if e.job.gpu_mb is not None]
    asked = (("memory asked for by one job", memory), ("GPU memory asked for by one job", on_gpu))
    return [(what, f"up to {size(max(found) * 1e6)}") for what, found in asked if found]


def _core_hours(e: Estimate) -> Value | None:
    return e.seconds and Value(e.seconds.number * e.job.threads / 3600, e.seconds.origin)


def _hours(e: Estimate) -> Value | None:
    return e.seconds and Value(e.seconds.number / 3600, e.seconds.origin)


def _memory(e: Estimate) -> Value | None:
    return e.memory_mb and Value(e.memory_mb.number * 1e6, e.memory_mb.origin)


def _disk(e: Estimate) -> Value | None:
    return e.disk_bytes


def _download(e: Estimate) -> Value | None:
    return e.download_bytes


def _sum(
    jobs: Sequence[Estimate], number: Number, unit: Callable[[float], str], origins: Origins, largest: bool = False
) -> str:
    """The sum (or the largest) over jobs; where some are unknown, what is known, and how many are not."""
    if not jobs:
        return NONE
    values = [value for value in map(number, jobs) if value is not None]
    if not values:
        return "unknown"
    total = (max if largest else sum)(value.number for value in values)
    missing = len(jobs) - len(values)
    text = f"at least {unit(total)}, {missing} unknown" if missing else unit(total)
    return f"{text} {origins.marks(values)}"


def _wall(plan: Plan, gpus: int, schedule: Schedule) -> tuple[str, str]:
    missing = sum(e.seconds is None for e in plan.jobs)
    places = [f"{gpus} GPU{'s' if gpus > 1 else ''}"] if gpus else []
    where = ", ".join([*places, f"{plan.cores} core{'s' if plan.cores > 1 else ''}"])
    if missing == len(plan.jobs):
        return where, "unknown"
    least = f"at least {duration(schedule.seconds)}, {missing} unknown" if missing else duration(schedule.seconds)
    return where, f"{least}; memory of the jobs that run together: {size(schedule.memory_mb * 1e6)}"


def _listed(items: Sequence[tuple[str, str]]) -> list[str]:
    """Names and what is said of each, below each other."""
    width = max(len(name) for name, _ in items)
    return [f"  {name.ljust(width)}  {text}" for name, text in items]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell, the first one left-aligned, the others right-aligned."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
