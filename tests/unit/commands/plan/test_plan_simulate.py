import pytest

from vitatlas.commands.plan.simulate import Schedule, Task, simulate


def diamond() -> list[Task]:
    """a, then b (5 s) and c (3 s), then d."""
    return [
        Task("a", 2, memory_mb=10),
        Task("b", 5, memory_mb=20, after=frozenset("a")),
        Task("c", 3, memory_mb=30, after=frozenset("a")),
        Task("d", 1, memory_mb=5, after=frozenset("bc")),
    ]


def test_a_diamond_by_hand():
    assert simulate(diamond(), 1) == Schedule(11, 30)
    assert simulate(diamond(), 2) == Schedule(8, 50)


def test_the_longest_chain_goes_first():
    tasks = [Task("x", 4), Task("y", 4), Task("long", 1), Task("then", 7, after=frozenset({"long"}))]
    assert simulate(tasks, 2).seconds == 8


def test_gpus_limit_what_runs_together():
    tasks = [Task(str(n), 10, gpus=1) for n in range(4)] + [Task("cpu", 3)]
    assert simulate(tasks, cores=8, gpus=1).seconds == 40
    assert simulate(tasks, cores=8, gpus=2).seconds == 20
    assert simulate(tasks, cores=1, gpus=4).seconds == 43


def test_a_task_that_wants_more_than_there_is_takes_all():
    assert simulate([Task("wide", 5, cores=16), Task("narrow", 5)], cores=4).seconds == 10


def test_what_waits_for_tasks_outside_does_not_wait():
    assert simulate([Task("a", 1, after=frozenset({"done before"}))], 1).seconds == 1


def test_nothing_takes_no_time():
    assert simulate([], 2) == Schedule(0, 0)


def test_impossible_schedules_are_errors():
    with pytest.raises(ValueError, match="wants a GPU"):
        simulate([Task("a", 1, gpus=1)], 2)
    with pytest.raises(ValueError, match="circle"):
        simulate([Task("a", 1, after=frozenset("b")), Task("b", 1, after=frozenset("a"))], 2)
