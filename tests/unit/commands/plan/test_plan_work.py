import pytest
from plan_jobs import GEOMETRY, LAPTOP, VIT, finetuning, planned

from vitatlas.commands.plan import work as of_jobs
from vitatlas.commands.plan.work import Work, size_name, without_cost, work_of, works_of
from vitatlas.paper.descriptor import Paper


class Bare(Paper):
    """A paper that says nothing but its name."""

    name = "bare"


def work(on_gpu: bool = False, **changes) -> Work:
    return work_of("finetune", finetuning() | changes, on_gpu)


@pytest.mark.parametrize(
    "change",
    [
        {"run": 5},
        {"seed": 5},
        {"name": "b"},
        {"code": {}},
        {"environment": "x"},
        {"new_key": None},
        {"compute": {"device": "cpu", "precision": "fp32"}},
    ],
)
def test_what_costs_nothing_makes_no_other_work(change):
    assert work(**change) == work()


@pytest.mark.parametrize(
    "change",
    [
        {"task": "discrimination"},
        {"model": VIT | {"readout": "cls+mean"}},
        {"geometry": GEOMETRY | {"patch": 32}},
        {"training": {"epochs": 2, "batch": 128}},
    ],
)
def test_what_costs_makes_other_work(change):
    assert work(**change).kind != work().kind


def test_the_size_is_apart_from_the_kind():
    small, large = (work_of("finetune", finetuning(epochs=epochs), False) for epochs in (2, 20))
    assert (small.kind, small.size, large.size) == (large.kind, 2, 20)
    assert work_of("finetune", finetuning(batch=8), False).kind != small.kind
    assert size_name("finetune") == "epochs"


def test_precision_counts_on_a_gpu_only():
    fp32 = {"compute": {"device": "cuda", "precision": "fp32", "compile": True}}
    assert work(on_gpu=True, **fp32) != work(on_gpu=True)
    assert work(on_gpu=True) != work(on_gpu=False)


def test_a_rule_without_size_has_none():
    assert work_of("scenes", {"sizes": {"train": 5}}, False).size is None


def test_an_artifact_of_a_tier_is_the_same_work_whatever_its_details():
    spec = {"artifact": "figure_02", "paper": "relations", "tier": "demo"}
    assert work_of("figure", spec | {"options": {"x": 1}}, False) == work_of("figure", spec, False)
    assert work_of("figure", spec | {"tier": "paper"}, False) != work_of("figure", spec, False)


def kind_of_analysis(scenes: int = 64, epochs: int = 2, runs: int = 1) -> str:
    """The kind of an analysis of so many fine-tuned models."""
    first = planned("scenes", {"sizes": {"train": scenes}})
    models = [planned("finetune", finetuning(epochs=epochs), n, inputs=first.outputs) for n in range(runs)]
    last = planned("attention", {"batch": 8}, inputs=[model.name for model in models])
    return works_of([last, *models, first], LAPTOP)[last.name].kind


def test_what_the_inputs_are_counts():
    assert kind_of_analysis(scenes=6400) != kind_of_analysis()
    assert kind_of_analysis(runs=2) != kind_of_analysis()


def test_how_long_the_inputs_were_trained_does_not_count():
    assert kind_of_analysis(epochs=200) == kind_of_analysis()


def test_papers_add_keys_that_cost_nothing(monkeypatch):
    """All kinds of work that were ever recorded rest on this set."""
    assert without_cost() == {
        *("name", "title", "run", "seed", "shard", "variant"),
        *("caption", "section", "paper", "notes", "tier_note", "pretraining_scale"),
    }
    paper = Bare()
    paper.without_cost = frozenset({"shade"})
    monkeypatch.setattr(of_jobs, "papers", lambda: {"bare": paper})
    without_cost.cache_clear()
    try:
        assert without_cost() == {*of_jobs.WITHOUT_COST, "shade"}
    finally:
        without_cost.cache_clear()
