from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.commands.plan.simulate import Task, simulate

SECONDS = st.integers(0, 50).map(float)


@st.composite
def graphs(draw: st.DrawFn, cores: int = 1) -> list[Task]:
    """Tasks of which each may wait for earlier ones."""
    tasks: list[Task] = []
    for number in range(draw(st.integers(1, 12))):
        after = draw(st.sets(st.sampled_from([task.name for task in tasks]))) if tasks else set()
        wanted = draw(st.integers(1, cores))
        tasks.append(Task(str(number), draw(SECONDS), cores=wanted, memory_mb=1.0, after=frozenset(after)))
    return tasks


def longest_chain(tasks: list[Task]) -> float:
    ends: dict[str, float] = {}
    for task in tasks:
        ends[task.name] = task.seconds + max((ends[name] for name in task.after), default=0.0)
    return max(ends.values())


@settings(max_examples=100, deadline=None)
@given(graphs(), st.integers(1, 5))
def test_between_what_is_needed_and_what_list_schedules_take_at_most(tasks: list[Task], workers: int) -> None:
    total, chain = sum(task.seconds for task in tasks), longest_chain(tasks)
    found = simulate(tasks, workers)
    assert found.seconds >= max(chain, total / workers) - 1e-9
    assert found.seconds <= total / workers + chain * (1 - 1 / workers) + 1e-9  # Graham 1969
    assert found.memory_mb <= workers or any(task.seconds == 0 for task in tasks)


@settings(max_examples=60, deadline=None)
@given(graphs(cores=3))
def test_one_worker_takes_the_sum(tasks: list[Task]) -> None:
    assert simulate(tasks, 1).seconds == sum(task.seconds for task in tasks)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_as_many_workers_as_tasks_take_the_longest_chain(tasks: list[Task]) -> None:
    assert simulate(tasks, len(tasks)).seconds == longest_chain(tasks)


@settings(max_examples=60, deadline=None)
@given(graphs(cores=3), st.integers(3, 6))
def test_wide_tasks_need_at_least_their_area(tasks: list[Task], cores: int) -> None:
    area = sum(task.seconds * task.cores for task in tasks)
    assert simulate(tasks, cores).seconds >= max(longest_chain(tasks), area / cores) - 1e-9
