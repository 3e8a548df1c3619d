"""The table of sizes against the networks that it is about."""

from pathlib import Path

import pytest
import torch

from vitatlas.config.load import load_zoo
from vitatlas.models.build import Classifier, build
from vitatlas.plan.sizes import load_parameters

ZOO = load_zoo(Path(__file__).resolve().parents[2] / "config/models.yaml")


def built(name: str) -> Classifier:
    with torch.device("meta"):
        return build(ZOO.models[name], ZOO.geometry(name), seed=0)


@pytest.mark.parametrize("name", ZOO.models)
def test_every_model_of_the_zoo_is_listed_with_its_number_of_parameters(name):
    classifier, entry = built(name), ZOO.models[name].backbone.model_dump(mode="json", exclude_defaults=True)
    backbone = sum(tensor.numel() for tensor in classifier.backbone.state_dict().values())
    published, trained = load_parameters().published(entry), load_parameters().trained(entry)
    assert published is not None, f"add it to parameters.yaml: width {classifier.width}, parameters {backbone}"
    assert published.number == 4 * backbone
    assert trained is not None
    assert trained.number == 2 * 4 * sum(tensor.numel() for tensor in classifier.state_dict().values())


def test_another_model_is_unknown():
    entry = {"timm": "vit_base_patch16_224", "geometry": "p16", "architecture": {"depth": 3}}
    assert load_parameters().published(entry) is None
    assert load_parameters().trained(entry) is None
