"""What the rules of the perceptual stage depend on, and what not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.spec import effective
from vitatlas.project.atlas import load_atlas
from vitatlas.project.rooms import Room
from vitatlas.relations.das.spec import DasSpec, FlowSpec
from vitatlas.relations.departures.spec import DeparturesSpec
from vitatlas.relations.novel.spec import NovelSpec
from vitatlas.relations.scenes.spec import CounterfactualsSpec

ROOT = Path(__file__).resolve().parents[4]
CELL = SimpleNamespace(model="mini-objects", geometry="mini", task="rmts", setting="256", run="2")
RULES: dict[str, type[Strict]] = {
    "counterfactuals": CounterfactualsSpec,
    "das": DasSpec,
    "novel": NovelSpec,
    "information_flow": FlowSpec,
    "departures": DeparturesSpec,
}


def room(tier: str = "demo", **das: Any) -> Room:
    return load_atlas(ROOT, {"tier": tier} | ({"relations": {"das": das}} if das else {})).relations


@pytest.mark.parametrize("tier", ["smoke", "demo", "paper"])
@pytest.mark.parametrize("rule", RULES)
def test_specs_are_what_the_jobs_take(tier: str, rule: str) -> None:
    spec = getattr(room(tier).specs, rule)(CELL)
    RULES[rule].model_validate(without_fingerprint(spec))


@pytest.mark.parametrize(
    ("key", "value", "affected"),
    [
        ("draws", 9, {"novel", "departures"}),
        ("epochs", 7, {"das", "departures"}),
        ("penalty", 0.5, {"das", "departures"}),
        ("reuse", 3, {"counterfactuals"}),
        ("batch", 16, {"das", "novel", "departures"}),
        ("sizes", {"train": 99, "val": 9, "test": 9, "test_iid": 9}, {"counterfactuals"}),
        ("properties", ["shape"], set(RULES)),
    ],
)
def test_a_setting_concerns_the_rules_that_use_it(key: str, value: Any, affected: set[str]) -> None:
    before, after = room().specs, room(**{key: value}).specs
    changed = {
        rule for rule in RULES if effective(getattr(before, rule)(CELL)) != effective(getattr(after, rule)(CELL))
    }
    assert changed == affected


@pytest.mark.parametrize(
    ("das", "message"),
    [
        ({"sizes": {"train": 8}}, "sizes.train: 8 examples do not fill a batch of 64"),
        ({"sizes": {"ood": 8}}, "sizes: 'ood' is no split; there must be: train, val, test, test_iid"),
        ({"controls": ["wrong"]}, "das.controls"),
        ({"layers": []}, "das.layers"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(das: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        room(**das)


def test_a_model_gets_the_sets_of_its_geometry() -> None:
    sets = room().paths.counterfactuals_of("val", "test_iid")(CELL)
    folder = "results/demo/counterfactuals/relations/mini/rmts/256"
    assert sets == [f"{folder}/{name}/{split}.parquet" for name in ("shape", "color") for split in ("val", "test_iid")]


def test_a_setting_may_get_a_part_of_the_search_only() -> None:
    specs = room(in_setting={"32": {"layers": [1], "controls": ["none"]}}).specs
    whole, part = (specs.das(SimpleNamespace(**vars(CELL) | {"setting": setting})) for setting in ("256", "32"))
    assert (part["search"]["layers"], part["search"]["controls"]) == ([1], ["none"])
    assert part["search"] == whole["search"] | {"layers": [1], "controls": ["none"]}


def test_the_first_runs_of_a_model_are_analysed() -> None:
    some = room(runs={"default": 1, "mini-objects": 2})
    of = some.settings.own.perceptual_runs_of
    assert of("mini-objects", "256") == [0, 1] and of("x", "256") == [0]
    assert some.specs.novel(CELL)["runs"] == [0, 1]
    assert [Path(file).parent.name for file in some.paths.perceptual_runs_of("das.parquet")(CELL)] == ["run0", "run1"]
    own = room("paper").settings.own
    assert own.perceptual_runs_of("mini-objects", "256") == own.runs_of("mini-objects")


def test_a_setting_may_have_fewer_runs_analysed() -> None:
    fewer = room(runs={"default": 1, "mini-objects": 2}, in_setting={"32": {"runs": 1}})
    there = SimpleNamespace(**vars(CELL) | {"setting": "32"})
    assert (fewer.specs.novel(CELL)["runs"], fewer.specs.novel(there)["runs"]) == ([0, 1], [0])
    assert [Path(file).parent.name for file in fewer.paths.perceptual_runs_of("das.parquet")(there)] == ["run0"]
    assert "runs" not in fewer.specs.das(there)["search"]


def test_the_number_of_the_run_and_the_seed_are_two_things() -> None:
    """All runs derive their random choices from the one configured seed."""
    first, second = (room().specs.das(SimpleNamespace(**vars(CELL) | {"run": run})) for run in ("0", "1"))
    assert (first["run"], second["run"]) == (0, 1) and first["seed"] == second["seed"] == 0
    assert {key for key in first if first[key] != second[key]} == {"run"}
