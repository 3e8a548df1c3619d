"""What removal of a cue and ablation of layers depend on, in the demo."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from vitatlas.components.ablation.spec import AblationSpec
from vitatlas.components.config.uses import Removal
from vitatlas.components.removal.spec import RemovalSpec
from vitatlas.errors import UserError
from vitatlas.images.world.attributes import CATEGORIES
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.project.atlas import load_atlas
from vitatlas.project.rooms import Room

ROOT = Path(__file__).resolve().parents[4]


def room(**section: Any) -> Room:
    return load_atlas(ROOT, {"tier": "demo"} | ({"components": section} if section else {})).components


def of(model: str) -> SimpleNamespace:
    return SimpleNamespace(model=model, run="0")


def removal_spec(model: str = "mini-vit", **section: Any) -> RemovalSpec:
    return RemovalSpec.model_validate(without_fingerprint(room(**section).specs.removal(of(model))))


def test_components_are_chosen_on_held_out_pictures_or_as_the_reference_does_on_those_that_are_scored() -> None:
    assert removal_spec().selection == "selection"
    assert removal_spec(protocol={"removal_selection": "reference"}).selection == "test"


def test_a_model_has_its_own_training_or_the_common_one() -> None:
    training = {"default": {"learning_rate": 0.5}, "mini-clip": {"learning_rate": 0.25}}
    found = {name: removal_spec(name, removal={"training": training}).training for name in ("mini-clip", "mini-swin")}
    assert {name: of_model.learning_rate for name, of_model in found.items()} == {"mini-clip": 0.25, "mini-swin": 0.5}


def test_only_models_with_texts_of_their_own_space_can_do_without_training() -> None:
    found = {name: removal_spec(name, removal={"zero_shot": True}).zero_shot for name in ("mini-clip", "mini-vit")}
    assert found == {"mini-clip": True, "mini-vit": False}
    assert not removal_spec("mini-clip").zero_shot


@pytest.mark.parametrize(
    ("removal", "problem"),
    [
        ({"cue": ["sea", "swamp"]}, "removal.cue: 'swamp' is a text of no feature"),
        ({"core": ["bird", "dodo"]}, "removal.core: 'dodo' is a text of no feature"),
        ({"components": 9}, "most: 8 is less than components: 9"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(removal: dict[str, Any], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        room(removal=removal)


def test_training_needs_an_entry_for_all_models() -> None:
    with pytest.raises(ValidationError, match="training: the entry 'default' is missing"):
        Removal.model_validate({"cue": ["sea", "sky"], "core": ["cat", "dog"], "training": {"mini-vit": {}}})


def test_the_classes_of_the_picture_world_are_in_the_order_of_its_heads() -> None:
    spec = AblationSpec.model_validate(without_fingerprint(room().specs.layer_ablation(of("mini-vit"))))
    assert spec.classes == list(CATEGORIES) and spec.attribute == "category"
    assert list(spec.pictures.parts) == ["ablation"]


@pytest.mark.parametrize(
    ("model", "made"),
    [
        ("mini-vit", False),
        ("mini-swin", False),
        ("mini-maxvit", False),
        ("mini-clip", True),
        ("mini-dino", True),
        ("mini-vit-untrained", True),
    ],
)
def test_encoders_without_a_head_that_was_trained_with_them_get_one(model: str, made: bool) -> None:
    assert [Path(path).name for path in room().paths.head_of(of(model))] == ["run0.safetensors"] * made
