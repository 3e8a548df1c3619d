"""The plan of a run: jobs, time, memory, disk and download, each number with its origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vitatlas.commands.plan.dag import jobs_of
from vitatlas.commands.plan.estimate import Estimate, Estimator
from vitatlas.commands.plan.records import FOLDER, load_records
from vitatlas.commands.plan.simulate import Schedule, Task, simulate
from vitatlas.commands.plan.sizes import load_parameters
from vitatlas.commands.plan.work import works_of
from vitatlas.costs.machine import this_machine
from vitatlas.models.lock import read_lock


@dataclass(frozen=True)
class Plan:
    """The jobs of a run.

    Attributes:
        title: Targets and tier.
        done: Number of finished jobs by rule.
        jobs: Estimates of the jobs to do, in the order in which rules come first.
        cores: What the wall times are for.
        wall: Schedule by number of GPUs; the one key 0 where no job computes on one.
    """

    title: str
    done: dict[str, int]
    jobs: list[Estimate]
    cores: int
    wall: dict[int, Schedule]

    def of(self, rule: str) -> list[Estimate]:
        """The jobs to do of one rule."""
        return [estimate for estimate in self.jobs if estimate.job.rule == rule]


def make_plan(
    targets: Sequence[str], tier: str, settings: Sequence[str], checkout: Path, cores: int, gpus: Sequence[int]
) -> Plan:
    """Plan a run, without starting anything, without images of containers, weights or a GPU.

    Args:
        targets: As on Snakemake's command line; none for all.
        settings: Further values of the configuration, as after Snakemake's `--config`.
        checkout: Folder of the project.
        cores, gpus: What to schedule for: so many cores, and each of these numbers of GPUs.

    Raises:
        SnakemakeRefused: An unknown target, or a mistake in the configuration.
        UserError: The records, the weights lock or the table of sizes are damaged.
    """
    jobs = jobs_of(targets, [f"tier={tier}", *settings], checkout)
    pins = read_lock(checkout / "config/weights.lock")
    machine = this_machine()
    estimate = Estimator(load_records(checkout / FOLDER), machine, load_parameters(), pins)
    done: dict[str, int] = {job.rule: 0 for job in jobs}
    for job in jobs:
        done[job.rule] += job.done
    works = works_of(jobs, machine)
    pending = [estimate(job, works[job.name]) for job in jobs if not job.done]
    tasks = _tasks(pending)
    numbers = gpus if any(task.gpus for task in tasks) else [0]
    wall = {number: simulate(tasks, cores, number) for number in numbers}
    return Plan(f"{' '.join(targets) or 'everything'}, tier {tier}", done, pending, cores, wall)


def _tasks(estimates: Sequence[Estimate]) -> list[Task]:
    """For the schedule; what is unknown counts as nothing."""
    maker = {file: e.job.name for e in estimates for file in e.job.outputs}
    return [
        Task(
            name=e.job.name,
            seconds=e.seconds.number if e.seconds else 0.0,
            cores=e.job.threads,
            gpus=int(e.on_gpu),
            memory_mb=e.memory_mb.number if e.memory_mb else 0.0,
            after=frozenset(maker[file] for file in e.job.inputs if file in maker),
        )
        for e in estimates
    ]
