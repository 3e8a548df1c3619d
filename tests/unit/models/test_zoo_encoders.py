"""Every encoder of the zoo against what the libraries say of the same weights: a wrong statistic cannot hide."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from vitatlas.config.models import ModelEntry
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.project.load import load_zoo

# isort: split
import open_clip
import timm
from torchvision.models import get_weight

ZOO = load_zoo(Path(__file__).resolve().parents[3] / "config/models.yaml")
PUBLISHED = {
    name: entry for name, entry in ZOO.models.items() if entry.encoder and entry.origin in ("hub", "torchvision")
}
ON_HUB = [name for name, entry in PUBLISHED.items() if entry.origin == "hub"]
CLIP = [name for name, entry in PUBLISHED.items() if entry.encoder and entry.encoder.text]
LAION = {"clip_b16_laion": "laion2b_s34b_b88k", "clip_l14_laion": "laion2b_s32b_b82k"}

FAMILIES = {
    **{"deit": 6, "coat": 5, "convit": 3, "pit": 8, "twins": 6},
    "swin": 11,  # ten of the features paper, and the base model of ImageNet-1k alone
}
OTHERS = {
    *("vit_b16_384", "vit_b32_384", "vit_l16_384", "vit_l32_384", "imagenet_b16", "imagenet_b32", "imagenet_l32"),
    *("clip_b16", "clip_b32", "clip_b16_laion", "clip_l14_laion", "dino_b16", "dinov2_b14", "maxvit_small"),
    *("resnet50", "resnet152", "densenet121", "mobilenetv2"),
}


def settings(entry: ModelEntry):
    assert entry.encoder is not None
    return entry.encoder


def test_the_encoders_of_both_papers_are_there() -> None:
    of_families = {
        family: sum(name.startswith(family) for name in PUBLISHED if name not in OTHERS) for family in FAMILIES
    }
    assert of_families == FAMILIES
    assert len(PUBLISHED) == sum(FAMILIES.values()) + len(OTHERS)
    assert set(PUBLISHED) >= OTHERS


@pytest.mark.parametrize("name", ON_HUB)
def test_an_entry_says_what_timm_says_of_its_weights(name: str) -> None:
    entry, encoder = PUBLISHED[name], settings(PUBLISHED[name])
    config = timm.get_pretrained_cfg(str(entry.hub).removeprefix("timm/"))
    assert config is not None and config.tag
    assert entry.hub == f"timm/{config.architecture}.{config.tag}" == config.hf_hub_id
    assert entry.timm.replace("_quickgelu", "") == config.architecture
    assert (entry.preprocessing.mean, entry.preprocessing.std) == (config.mean, config.std)
    assert (3, encoder.image, encoder.image) == config.input_size
    assert encoder.interpolation == config.interpolation
    assert (encoder.classes or encoder.projection) == config.num_classes
    assert config.license in str(entry.license).lower()
    assert config.crop_mode == "center"
    if name not in CLIP:  # timm's crops of CLIP models are not open_clip's
        assert encoder.shorter_side == math.floor(encoder.image / config.crop_pct)


@pytest.mark.parametrize("name", CLIP)
def test_a_clip_model_is_prepared_as_open_clip_does_and_both_towers_fit(name: str) -> None:
    entry, encoder = PUBLISHED[name], settings(PUBLISHED[name])
    assert encoder.text is not None
    config = open_clip.get_model_config(encoder.text.open_clip)
    tag = LAION.get(name, "openai")
    weights = open_clip.get_pretrained_cfg(encoder.text.open_clip, tag)
    assert (encoder.image, encoder.projection) == (config["vision_cfg"]["image_size"], config["embed_dim"])
    assert encoder.shorter_side == encoder.image
    assert encoder.interpolation == weights["interpolation"]
    assert (entry.preprocessing.mean, entry.preprocessing.std) == (weights["mean"], weights["std"])
    assert weights["hf_hub"] == f"{encoder.text.hub}/"
    assert bool(config.get("quick_gelu")) == ("quickgelu" in entry.timm) == bool(weights.get("quick_gelu"))
    assert encoder.readout == "projected"


def test_mobilenet_is_prepared_as_torchvision_does() -> None:
    entry, encoder = PUBLISHED["mobilenetv2"], settings(PUBLISHED["mobilenetv2"])
    weights = get_weight(entry.file)
    transform = weights.transforms()
    assert (encoder.image, encoder.shorter_side) == (transform.crop_size[0], transform.resize_size[0])
    assert encoder.interpolation == transform.interpolation.value
    assert [*entry.preprocessing.mean, *entry.preprocessing.std] == [*transform.mean, *transform.std]
    assert encoder.classes == len(weights.meta["categories"])
