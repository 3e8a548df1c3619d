"""How long jobs take together on some cores and GPUs: a list schedule, played through.

Whenever something is free, the waiting job with the longest chain of work behind it starts, if it fits. Snakemake
chooses somewhat differently, and starting jobs costs it a little time, so this is an estimate from below.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A job to be scheduled.

    Attributes:
        after: Names of the tasks it waits for.
    """

    name: str
    seconds: float
    cores: int = 1
    gpus: int = 0
    memory_mb: float = 0.0
    after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Schedule:
    """How it went: time until the last task ended, and the most memory held at once by running tasks."""

    seconds: float
    memory_mb: float


def simulate(tasks: Iterable[Task], cores: int, gpus: int = 0) -> Schedule:
    """Run the tasks on so many cores and GPUs; a task that wants more of them than there are takes all.

    Raises:
        ValueError: A task wants a GPU and there is none, or tasks wait for each other in a circle.
    """
    by_name = {task.name: task for task in tasks}
    if gpus < 1 and any(task.gpus for task in by_name.values()):
        raise ValueError("a task wants a GPU, and there is none")
    chains = _chains(by_name)
    waiting = sorted(by_name.values(), key=lambda task: (-chains[task.name], task.name))
    running: list[tuple[float, str]] = []
    ended: set[str] = set()
    now = held = most = 0.0
    while waiting or running:
        for task in [task for task in waiting if task.after & by_name.keys() <= ended]:
            if min(task.cores, cores) > cores - _used(running, by_name, "cores", cores):
                continue
            if min(task.gpus, gpus) > gpus - _used(running, by_name, "gpus", gpus):
                continue
            waiting.remove(task)
            heapq.heappush(running, (now + task.seconds, task.name))
            held += task.memory_mb
            most = max(most, held)
        now, name = heapq.heappop(running)
        held -= by_name[name].memory_mb
        ended.add(name)
    return Schedule(now, most)


def _used(running: Iterable[tuple[float, str]], tasks: Mapping[str, Task], what: str, there_are: int) -> int:
    return sum(min(getattr(tasks[name], what), there_are) for _, name in running)


def _chains(tasks: Mapping[str, Task]) -> dict[str, float]:
    """By task, the seconds from its start to the end of the longest chain that begins with it.

    Raises:
        ValueError: Tasks wait for each other in a circle.
    """
    behind: dict[str, list[str]] = {name: [] for name in tasks}
    missing = {name: len(task.after & tasks.keys()) for name, task in tasks.items()}
    for name, task in tasks.items():
        for before in task.after & tasks.keys():
            behind[before].append(name)
    order = [name for name, count in missing.items() if count == 0]
    for name in order:
        for later in behind[name]:
            missing[later] -= 1
            if missing[later] == 0:
                order.append(later)
    if len(order) < len(tasks):
        raise ValueError("tasks wait for each other in a circle")
    chains: dict[str, float] = {}
    for name in reversed(order):
        chains[name] = tasks[name].seconds + max((chains[later] for later in behind[name]), default=0.0)
    return chains
