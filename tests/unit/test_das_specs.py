"""What the rules of the perceptual stage depend on, and what not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.atlas import Atlas, load_atlas
from vitatlas.errors import UserError
from vitatlas.jobs import Spec, effective
from vitatlas.relations.das.flow import FlowJob
from vitatlas.relations.das.job import DasJob
from vitatlas.relations.departures.run import DeparturesJob
from vitatlas.relations.novel_job import NovelJob
from vitatlas.stimuli.counterfactuals_job import MakeCounterfactuals

ROOT = Path(__file__).resolve().parents[2]
CELL = SimpleNamespace(model="mini-objects", geometry="mini", task="rmts", setting="256", seed="2")
RULES: dict[str, type[Spec]] = {
    "counterfactuals": MakeCounterfactuals,
    "das": DasJob,
    "novel": NovelJob,
    "information_flow": FlowJob,
    "departures": DeparturesJob,
}


def atlas(tier: str = "demo", **das: Any) -> Atlas:
    return load_atlas(ROOT, {"tier": tier} | ({"das": das} if das else {}))


@pytest.mark.parametrize("tier", ["smoke", "demo", "paper"])
@pytest.mark.parametrize("rule", RULES)
def test_specs_are_what_the_jobs_take(tier: str, rule: str) -> None:
    spec = dict(getattr(atlas(tier).specs, rule)(CELL))
    RULES[rule].model_validate({key: value for key, value in spec.items() if key not in ("code", "environment")})


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
    before, after = atlas().specs, atlas(**{key: value}).specs
    changed = {
        rule for rule in RULES if effective(getattr(before, rule)(CELL)) != effective(getattr(after, rule)(CELL))
    }
    assert changed == affected


@pytest.mark.parametrize(
    ("das", "message"),
    [
        ({"sizes": {"train": 8}}, "8 training examples do not fill a batch of 64"),
        ({"sizes": {"ood": 8}}, "sizes must name exactly the splits train, val, test, test_iid"),
        ({"controls": ["wrong"]}, "das.controls"),
        ({"layers": []}, "das.layers"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(das: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        atlas(**das)


def test_a_model_gets_the_sets_of_its_geometry() -> None:
    sets = atlas().counterfactuals_of("val", "test_iid")(CELL)
    folder = "results/demo/counterfactuals/mini/rmts/256"
    assert sets == {
        f"{name}_{split}": f"{folder}/{name}/{split}.parquet"
        for name in ("shape", "color")
        for split in ("val", "test_iid")
    }


def test_a_setting_may_get_a_part_of_the_search_only() -> None:
    specs = atlas(in_setting={"32": {"layers": [1], "controls": ["none"]}}).specs
    whole, part = (specs.das(SimpleNamespace(**vars(CELL) | {"setting": setting})) for setting in ("256", "32"))
    assert (part["search"]["layers"], part["search"]["controls"]) == ([1], ["none"])
    assert part["search"] == whole["search"] | {"layers": [1], "controls": ["none"]}


def test_the_first_runs_of_a_model_are_analysed() -> None:
    some = atlas(runs={"default": 1, "mini-objects": 2})
    of = some.config.perceptual_seeds_of
    assert of("mini-objects", "256") == [0, 1] and of("x", "256") == [0]
    assert some.specs.novel(CELL)["seeds"] == [0, 1]
    assert [Path(file).parent.name for file in some.perceptual_runs_of("das.parquet")(CELL)] == ["seed0", "seed1"]
    every = atlas("paper")
    assert every.config.perceptual_seeds_of("mini-objects", "256") == every.config.seeds_of("mini-objects")


def test_a_setting_may_have_fewer_runs_analysed() -> None:
    fewer = atlas(runs={"default": 1, "mini-objects": 2}, in_setting={"32": {"runs": 1}})
    there = SimpleNamespace(**vars(CELL) | {"setting": "32"})
    assert (fewer.specs.novel(CELL)["seeds"], fewer.specs.novel(there)["seeds"]) == ([0, 1], [0])
    assert [Path(file).parent.name for file in fewer.perceptual_runs_of("das.parquet")(there)] == ["seed0"]
    assert "runs" not in fewer.specs.das(there)["search"]
