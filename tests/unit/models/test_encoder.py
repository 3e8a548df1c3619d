"""Encoders of every family against timm's own forward pass."""

from __future__ import annotations

import pytest
import torch
from encoder_kinds import KINDS, STATISTICS, encoder_entry, pictures, stirred
from torch import Tensor, nn
from torch.nn.functional import normalize

from vitatlas.config.models import EncoderEntry
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.plain import OpenBlock

timm = pytest.importorskip("timm")  # after vitatlas.models, which makes it importable beside a CPU-only torch

PLAIN = ("vit", "clip", "clip_quickgelu", "deit", "dino", "dinov2", "dinov2_registers")


def encoder(kind: str, **changes: object) -> Encoder:
    return stirred(build_encoder(encoder_entry(kind, **changes), seed=0).double())


def of_timm(model: Encoder) -> nn.Module:
    """The same network as timm builds it, with the same weights."""
    entry = model.entry
    side = (
        {} if entry.timm.startswith(("test_resnet", "densenet", "mobilenet", "convnext")) else {"img_size": model.side}
    )
    outputs = entry.encoder.classes or entry.encoder.projection
    network = timm.create_model(entry.timm, num_classes=outputs, **side, **entry.architecture).double().eval()
    network.load_state_dict(model.backbone.state_dict())
    return network


def standardised(images: Tensor) -> Tensor:
    mean, std = (torch.tensor(STATISTICS[name], dtype=torch.float64).view(1, 3, 1, 1) for name in ("mean", "std"))
    return (images.double() / 255 - mean) / std


def close(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and float((a - b).abs().max()) <= 1e-6 * float(b.abs().max())


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_representations_and_logits_are_what_timm_computes(kind: str) -> None:
    model = encoder(kind)
    images, network = pictures(model.side), of_timm(model)
    features = network.forward_features(standardised(images))
    wanted = network.forward_head(features, pre_logits=True)
    settings = model.entry.encoder
    if settings.readout == "mean" and settings.classes and kind not in ("maxvit", "mobilenetv2"):
        assert close(model(images), wanted)  # these heads pool by the mean, and do nothing before it
    elif settings.readout == "mean":
        values = (
            features[:, model.backbone.num_prefix_tokens :].mean(1) if features.ndim == 3 else features.mean((2, 3))
        )
        assert close(model(images), values)
    elif settings.readout == "projected":
        assert close(model(images), normalize(network(standardised(images)), dim=-1))
    else:
        assert close(model(images), wanted)
    assert model(images).shape == (len(images), model.width)
    assert not close(model(images)[:1], model(images)[1:])
    if settings.classes:
        assert close(model.logits(images), network(standardised(images)))


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_the_familys_own_readout_is_there_for_every_family(kind: str) -> None:
    model = encoder(kind, readout="pooled", projection=0)
    images, network = pictures(model.side), of_timm(model)
    features = network.forward_features(standardised(images))
    assert close(model(images), network.forward_head(features, pre_logits=True))
    assert model.width == model(images).shape[1]


@torch.no_grad()
def test_published_logits_are_read_from_features_and_a_classifier_reads_z() -> None:
    model = encoder("swin")
    images = pictures(model.side)
    assert torch.equal(model.classify(model.features(images)), model.logits(images))
    model.classifier = nn.Linear(model.width, 3).double()
    assert torch.equal(model.logits(images), model.classifier(model(images)))


def test_weights_depend_on_the_seed_alone_and_plain_networks_have_open_blocks() -> None:
    a, b, c = (build_encoder(encoder_entry("deit"), seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert any(not torch.equal(a[key], c[key]) for key in a)
    for kind in PLAIN:
        assert all(isinstance(block, OpenBlock) for block in build_encoder(encoder_entry(kind), seed=0).backbone.blocks)


@pytest.mark.parametrize(
    ("kind", "readout", "words"),
    [
        ("swin", "cls", "no class token"),
        ("resnet", "cls", "no class token"),
        ("coat", "cls", "several resolutions"),
        ("coat_lite", "mean", "which of them are patches"),
        ("pit", "mean", "which of them are patches"),
    ],
)
def test_a_readout_that_the_family_has_not_is_refused(kind: str, readout: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as error:
        build_encoder(encoder_entry(kind, readout=readout), seed=0)
    assert "`pooled`" in str(error.value)


def test_logits_without_a_head_are_refused_with_what_would_help() -> None:
    with pytest.raises(UserError, match=r"no classification head[\s\S]*linear probe"):
        encoder("dino").logits(pictures(32))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resize": 16}, "smaller than the crop"),
        ({"projection": 3}, "the one or in the other"),
        ({"readout": "projected"}, "need each other"),
        ({"image": 0}, "greater than 0"),
        ({"sides": 3}, "sides"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(changes: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        encoder_entry("vit", **changes)


def test_settings_at_their_default_are_not_written() -> None:
    entry = encoder_entry("dino")
    assert entry.model_dump()["encoder"] == {"image": 32, "readout": "cls"}
    assert EncoderEntry.model_validate(entry.model_dump(mode="json")) == entry
