"""Switches and policies reach every job that takes encoders apart; models whose space has texts are known as such."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from artifact_specs import CONFIG, ZOO

from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.components.specs.ablation import layer_ablation
from vitatlas.components.specs.align import component_labels
from vitatlas.components.specs.maps import heatmaps, segmentation
from vitatlas.components.specs.store import contributions
from vitatlas.paper.specs import Builder
from vitatlas.project.load import load_config

CHANGES = {"protocol": {"layernorm": "reference"}, "decomposition": {"policy": "own"}}


def of(model: str) -> SimpleNamespace:
    return SimpleNamespace(model=model, run="0", pictures="pictures")


@pytest.mark.parametrize("builder", [contributions, heatmaps, segmentation, layer_ablation])
def test_all_take_encoders_apart_in_one_way(builder: Builder) -> None:
    for section, wanted in (({}, ("corrected", "separate")), (CHANGES, ("reference", "own"))):
        changes = {"tier": "demo"} | ({"components": section} if section else {})
        spec = builder.build(ComponentsSettings(load_config(CONFIG, changes, ZOO), ZOO, NAME), of("mini-vit"))
        assert (spec.layernorm, spec.policy) == wanted


def test_labels_need_no_targets_of_a_model_whose_space_has_texts() -> None:
    settings = ComponentsSettings(load_config(CONFIG, {"tier": "demo"}, ZOO), ZOO, NAME)
    found = {name: component_labels.build(settings, of(name)).own_space for name in ("mini-clip", "mini-vit")}
    assert found == {"mini-clip": True, "mini-vit": False}
