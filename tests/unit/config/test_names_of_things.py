"""Names in the configuration: each says what it is the name of, and one that nothing has is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, StringConstraints

from vitatlas.config.load import tiers
from vitatlas.config.names import NameOf, names_in
from vitatlas.config.read import validate
from vitatlas.errors import UserError
from vitatlas.project.load import full_config_type, full_zoo_type, load_config, load_zoo

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "config"
ZOO = load_zoo(CONFIG / "models.yaml", own=False)

OF_USERS_TABLES = {"probes"}
"""Keys whose keys are columns of a table of pictures, which may be a user's own: the job checks them."""


def keys_of_mappings(kind: Any, place: str, seen: set[type]) -> Iterator[tuple[str, Any]]:
    """The types of the keys of every mapping in a type, by place."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            for name, field in kind.model_fields.items():
                yield from keys_of_mappings(field.annotation, name, seen)
        return
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        yield place, arguments[0]
    for argument in arguments:
        yield from keys_of_mappings(argument, place, seen)


@pytest.mark.parametrize("schema", [full_config_type(), full_zoo_type()])
def test_every_mapping_says_what_its_keys_are_names_of(schema):
    """A literal, a name that its author chooses, or the name of a thing of a kind."""
    plain = []
    for place, key in keys_of_mappings(schema, "", set()):
        marks = get_args(key)[1:] if get_origin(key) is Annotated else ()
        told = get_origin(key) is Literal or any(isinstance(mark, NameOf | StringConstraints) for mark in marks)
        if not told and place not in OF_USERS_TABLES | {"architecture"}:
            plain.append(place)
    assert plain == []


def refused(overrides: dict) -> str:
    with pytest.raises(UserError) as error:
        load_config(CONFIG, overrides, ZOO)
    return str(error.value)


@pytest.mark.parametrize("tier", tiers(CONFIG))
@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("relations.runs", [0]),
        ("relations.das.runs", 1),
        ("relations.attention.walkthrough_heads", [[0, 0]]),
        ("pictures.encoders.runs", [0]),
        ("components.runs", [0]),
        ("components.decomposition.start", "block.1"),
        ("components.segmentation.start", "block.1"),
        ("components.alignment.compared", ["free"]),
        ("components.removal.training", {"epochs": 1}),
        ("features.runs", [0]),
        ("features.scores.sites", [{}]),
        ("features.maps.shown", [{"layer": 0, "units": [0]}]),
        ("features.moved.step", 1),
        ("features.quality.judges", "mini-cnn"),
        ("features.visualisations.gallery.mine", {"features": [{"layer": 0, "units": [0]}], "weights": [0.1]}),
    ],
)
def test_a_setting_under_a_models_name_needs_the_model(tier, place, value):
    default = {"default": value} if place in ("components.removal.training", "features.moved.step") else {}
    overrides: dict = {"mini-vti": value} | default
    for key in reversed(place.split(".")):
        overrides = {key: overrides}
    said = refused({"tier": tier, "papers": ["relations", "pictures", "components", "features"], **overrides})
    assert "unknown model 'mini-vti'" in said and f"key '{place}'" in said and "did you mean 'mini-vit'" in said


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"components": {"text_model": "mini-cilp"}}, ["unknown model 'mini-cilp'", "components.text_model"]),
        ({"components": {"retrieval": {"shown": {"colour": ["red"]}}}}, ["unknown feature 'colour'", "mean 'color'"]),
        ({"components": {"retrieval": {"components": {"place": 1}}}}, ["unknown feature 'place'"]),
        ({"components": {"heatmaps": {"features": [["animals"]], "probes": [{}]}}}, ["unknown feature 'animals'"]),
        ({"components": {"alignment": {"training": {"tide": {}}}}}, ["components.alignment.training.tide", "'tied'"]),
        ({"pictures": {"readings": {"mine": {"data": "birds", "model": "mini-vit"}}}}, ["unknown data set 'birds'"]),
        ({"pictures": {"readings": {"a b": {"data": "x", "model": "mini-vit"}}}}, ["'pictures.readings.a b'"]),
        (
            {"pictures": {"encoders": {"pretraining": {"mini-vit": {"start": "mini-nam"}}}}},
            ["unknown model 'mini-nam'"],
        ),
        ({"pictures": {"encoders": {"pretraining": {"resnet50": {}}}}}, ["resnet50"]),
        ({"relations": {"finetuning": {"mini-mae/rtms": {}}}}, ["relations.finetuning.mini-mae/rtms"]),
        ({"relations": {"auxiliary": {"variants": {"a/b": []}}}}, ["relations.auxiliary.variants.a/b", "letters"]),
        ({"relations": {"das": {"sizes": {"tset": 3}}}}, ["sizes: 'tset' is no split", "test_iid"]),
        ({"relations": {"probe": {"images_per_label": {"val": 3}}}}, ["images_per_label: 'val' is no split"]),
        ({"pictures": {"encoders": {"scenes": {"train": 3}}}}, ["scenes: 'train' is no split"]),
        ({"components": {"birds": {"tests": {"split": "test", "birds": 2, "correlation": 1}}}}, ["'tests' is no part"]),
    ],
)
def test_every_other_name_is_checked_too(overrides, words):
    said = refused({"tier": "demo", **overrides})
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("section", "model"),
    [("relations", "resnet50"), ("pictures", "mae_b16"), ("components", "mini-objects"), ("features", "scratch_b16")],
)
def test_a_model_that_the_paper_cannot_use_is_none_for_its_settings(section, model):
    runs = {"runs": {model: [0]}}
    said = refused({"tier": "demo", section: {"encoders": runs} if section == "pictures" else runs})
    assert f"model '{model}' has no " in said


def test_the_walk_finds_names_in_keys_values_and_lists():
    config = load_config(CONFIG, {"tier": "demo"}, ZOO)
    found = {(named.place, named.of.kind, named.name) for named in names_in(config.section("features"), "features")}
    assert ("features.quality.judges", "model", "default") in found
    assert ("features.quality.judges.default", "model", "mini-cnn") in found
    assert any(place.startswith("features.visualisations.") and kind == "model" for place, kind, _ in found)


@pytest.mark.parametrize("name", ["vit_s32.v2", "ViT/S32", "vit s32", "-x", "vit:s", "", "default"])
def test_a_model_that_no_target_could_name_is_refused(name):
    zoo = ZOO.model_dump()
    zoo["models"][name] = zoo["models"]["mini-scratch"]
    with pytest.raises(UserError) as error:
        validate(full_zoo_type(), zoo, "models.yaml")
    assert f"models.{name}" in str(error.value)


@pytest.mark.parametrize("tier", tiers(CONFIG))
def test_the_projects_tiers_name_what_there_is(tier):
    load_config(CONFIG, {"tier": tier}, ZOO)


def test_the_config_type_names_every_paper():
    assert {"relations", "pictures", "components", "features"} <= full_config_type().model_fields.keys()
