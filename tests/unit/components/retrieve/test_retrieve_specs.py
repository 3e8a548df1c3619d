"""Specs of the jobs that find pictures, from the configuration of the demo."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from artifact_specs import CONFIG, ZOO

from vitatlas.components.paths import Paths
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.components.specs.retrieval import retrieval_by_picture, retrieval_by_text
from vitatlas.errors import UserError
from vitatlas.project.load import load_config


def settings(**retrieval: Any) -> ComponentsSettings:
    changes = {"tier": "demo"} | ({"components": {"retrieval": retrieval}} if retrieval else {})
    return ComponentsSettings(load_config(CONFIG, changes, ZOO), ZOO, NAME)


def job(model: str = "mini-vit", run: str = "0") -> SimpleNamespace:
    return SimpleNamespace(model=model, run=run)


def test_probes_and_draws_do_not_depend_on_the_model() -> None:
    of = settings()
    specs = [retrieval_by_picture.build(of, job(model)) for model in ("mini-vit", "mini-swin")]
    assert specs[0].seed == specs[1].seed
    assert [spec.name for spec in specs] == ["mini-vit", "mini-swin"]


def test_three_components_stand_for_a_feature_unless_others_are_asked_for() -> None:
    of = settings(components={"animal": 5})
    spec = retrieval_by_picture.build(of, job())
    assert spec.components == dict.fromkeys(of.own.retrieval.features, 3) | {"animal": 5}
    assert set(spec.labels) == set(spec.values) == set(of.own.retrieval.features)
    assert spec.values["animal"] == of.own.features["animal"].texts


def test_the_protocol_chooses_similarity_and_gap() -> None:
    of = settings()
    assert retrieval_by_text.build(of, job()).similarity == "cosine"
    switched = load_config(
        CONFIG, {"tier": "demo", "components": {"protocol": {"similarity": "reference", "gap": "reference"}}}, ZOO
    )
    reference = ComponentsSettings(switched, ZOO, NAME)
    assert retrieval_by_text.build(reference, job()).similarity == "dot"
    assert retrieval_by_picture.build(reference, job()).gap == "reference"


def test_pictures_are_made_again_as_the_encoder_saw_them() -> None:
    of = settings()
    shown = retrieval_by_text.build(of, job()).pictures
    assert shown.source == of.own.pictures["test"]
    assert (shown.image, shown.shorter_side) == (64, 64)


@pytest.mark.parametrize(
    ("changes", "builder", "problem"),
    [
        ({"shown": {"place": ["forest"]}}, retrieval_by_text, "unknown feature 'place'"),
        ({"shown": {"location": ["beach"]}}, retrieval_by_text, "unknown text 'beach'"),
        ({"components": {"object": 2}}, retrieval_by_picture, "unknown feature 'object'"),
    ],
)
def test_what_the_configuration_does_not_have_is_named(changes, builder, problem) -> None:
    with pytest.raises(UserError, match=problem):
        builder.build(settings(**changes), job())


def test_scenes_need_no_index() -> None:
    assert Paths(settings()).searched_index(job()) == []
