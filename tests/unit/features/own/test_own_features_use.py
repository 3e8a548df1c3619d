"""An entry of the key `features.own`: its files and specs, and what is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.errors import UserError
from vitatlas.papers import papers
from vitatlas.project.load import load_config, load_zoo
from vitatlas.project.rooms import Room, open_room

ROOT = Path(__file__).resolve().parents[4]
ZOO = load_zoo(ROOT / "config/models.yaml", own=False)
ENTRIES: dict[str, Any] = {
    "vit": {"data": "there", "model": "mini-vit", "pictures": 40},
    "big": {"data": "gone", "model": "vit_b16_384", "weight": 0.02, "shown": [{"layer": 3, "units": [5]}]},
}
SETS = {"there": {"kind": "flat", "place": str(ROOT / "docs/images")}, "gone": {"kind": "flat", "place": "/nowhere"}}


@pytest.fixture(scope="module")
def room() -> Room:
    config = load_config(ROOT / "config", {"tier": "demo", "data": SETS, "features": {"own": ENTRIES}}, ZOO)
    return open_room(papers()["features"], config, ZOO, ROOT)


def at(name: str) -> SimpleNamespace:
    return SimpleNamespace(own=name)


def test_its_files(room: Room) -> None:
    assert room.paths.own_weights(at("vit")) == ["results/demo/weights/mini-vit/run0.safetensors"]
    assert room.paths.own_weights(at("big")) == ["resources/weights/vit_b16_384.safetensors"]
    assert room.paths.own_indexes(at("big")) == ["results/demo/index/pictures/gone.parquet"]


def test_pages_are_those_of_data_sets_that_are_there(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    assert room.paths.own_pages(None) == ["results/demo/own/features/vit.html"]
    assert "'big' is not attempted: the data set 'gone' is not there" in capsys.readouterr().err


def test_scores_are_of_all_layers_and_of_as_many_pictures_as_are_asked_for(room: Room) -> None:
    spec = room.specs.own_scores(at("vit"))
    assert spec["sites"] == [{}] and spec["kept"] == 5
    assert spec["pictures"]["parts"]["own"]["pictures"] == 40


def test_the_weight_is_in_proportion_to_the_side(room: Room) -> None:
    weights = {name: room.specs.own_visualise(at(name))["weight"] for name in ENTRIES}
    assert weights == {"vit": pytest.approx(0.018), "big": pytest.approx(0.02 * 384 / 64)}


def test_all_jobs_look_at_the_same_units(room: Room) -> None:
    wanted = {"layers": 6, "units": 12, "besides": [{"layer": 3, "units": [5]}]}
    assert room.specs.own_visualise(at("big"))["shown"] == wanted == room.specs.own_maps(at("big"))["shown"]


def test_a_page_counts_its_templates_by_what_they_say(room: Room) -> None:
    spec = room.specs.own_features(at("big"))
    assert (spec["title"], spec["untrained"], len(spec["files"])) == (ZOO.models["vit_b16_384"].title, False, 6)
    assert set(spec["files"]) == set(room.paths.own_templates)


def test_an_unknown_entry_is_named(room: Room) -> None:
    with pytest.raises(UserError, match=r"unknown entry of 'features\.own' 'vitt'"):
        room.specs.own_maps(at("vitt"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "nowhere"}, ["unknown data set 'nowhere'", "features.own.x.data"]),
        ({"model": "mini-vitt"}, ["unknown model 'mini-vitt'", "features.own.x.model"]),
        ({"model": "mini-scratch"}, ["'mini-scratch' has no key `encoder`"]),
        ({"unit": 3}, ["unknown key 'features.own.x.unit'", "did you mean 'units'?"]),
        ({"weight": -1}, ["features.own.x.weight"]),
        ({"layers": 0}, ["features.own.x", "nothing to show", "name units in `shown`"]),
    ],
)
def test_a_mistake_is_named_with_its_key(changes: dict[str, Any], words: list[str]) -> None:
    own = {"x": ENTRIES["vit"] | changes}
    with pytest.raises(UserError) as refused:
        load_config(ROOT / "config", {"tier": "demo", "data": SETS, "features": {"own": own}}, ZOO)
    assert all(word in str(refused.value) for word in words), refused.value
