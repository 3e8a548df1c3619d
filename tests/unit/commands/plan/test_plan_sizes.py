"""The table of sizes against the networks that it is about."""

from __future__ import annotations

import pytest
import torch
from model_kinds import ZOO

from vitatlas.commands.plan.sizes import load_parameters
from vitatlas.models.build import build_backbone

SIZES = load_parameters()


@pytest.mark.parametrize("size", SIZES.backbones, ids=lambda size: f"{size.timm}-{size.image}")
def test_a_listed_number_is_that_of_the_network(size):
    entry = next(e for e in ZOO.models.values() if (e.timm, e.architecture) == (size.timm, size.architecture))
    with torch.device("meta"):
        backbone = build_backbone(entry, size.image, seed=0)
    assert size.parameters == sum(tensor.numel() for tensor in backbone.state_dict().values())


@pytest.mark.parametrize("name", ZOO.models)
def test_every_model_of_the_zoo_is_listed(name):
    model = ZOO.models[name].backbone.model_dump(mode="json")
    published, trained = SIZES.published(model), SIZES.trained(model)
    assert published is not None and trained is not None, "add it to parameters.yaml"
    assert (published.number % 4, trained.number) == (0, 2 * published.number)


def test_another_model_is_unknown():
    model = {"timm": "vit_base_patch16_224", "architecture": {"depth": 3}}
    assert SIZES.published(model) is None
    assert SIZES.trained(model) is None
