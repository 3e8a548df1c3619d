"""Which networks have transformer attribution, and the reason why others have none."""

from __future__ import annotations

from typing import Any

import pytest
from encoder_kinds import encoder_entry, pictures
from torch import nn, tensor

from vitatlas.components.segment.chefer.attribution import START, attribution
from vitatlas.components.segment.chefer.defined import obstacle
from vitatlas.components.segment.undefined import UndefinedError
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder, build_encoder

CLASSES = tensor([4, 1])


def encoder_of(kind: str, probe: bool = False, **architecture: Any) -> Encoder:
    entry = encoder_entry(kind)
    changed = entry.model_copy(update={"architecture": {**entry.architecture, **architecture}})
    encoder = build_encoder(changed, seed=0).eval()
    if probe:
        encoder.classifier = nn.Linear(encoder.width, 6)
    return encoder


@pytest.mark.parametrize(
    ("kind", "probe"), [("vit", False), ("vit", True), ("deit", False), ("deit", True), ("clip", True), ("dino", True)]
)
def test_plain_transformers_read_at_the_class_token_have_it(kind: str, probe: bool) -> None:
    encoder = encoder_of(kind, probe)
    assert obstacle(encoder, START) is None
    assert attribution(encoder, pictures(encoder.side), CLASSES).shape[0] == 2


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("swin", "it is timm's SwinTransformer"),
        ("maxvit", "it is timm's MaxxVit"),
        ("deit_distilled", "it is timm's VisionTransformerDistilled"),
        ("dinov2_registers", "its classifier does not read the class token"),
    ],
)
def test_others_have_it_not_and_say_why(kind: str, reason: str) -> None:
    encoder = encoder_of(kind, probe=True)
    with pytest.raises(UndefinedError, match=f"Chefer.*{reason}") as raised:
        attribution(encoder, pictures(encoder.side), CLASSES)
    assert raised.value.reason == obstacle(encoder, START) == reason


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"qk_norm": True}, "norms of queries"),
        ({"scale_attn_norm": True}, "norms of queries"),
        ({"global_pool": "avg", "fc_norm": False}, "does not read the class token"),
        ({"class_token": False, "global_pool": "avg"}, "no class token"),
        ({"depth": 1}, "blocks 0 to 0"),
    ],
)
def test_parts_that_there_is_no_rule_for_are_named(arguments: dict[str, Any], reason: str) -> None:
    found = obstacle(encoder_of("vit", **arguments), START)
    assert found is not None and reason in found


def test_gated_attention_is_named() -> None:
    encoder = encoder_of("vit")
    encoder.backbone.blocks[1].attn.gate = nn.Linear(24, 24)
    assert obstacle(encoder, START) == "its attention has a gate, or norms of queries, keys or heads"


def test_a_classifier_that_is_not_linear_is_named() -> None:
    encoder = encoder_of("dino")
    encoder.classifier = nn.Sequential(nn.Linear(encoder.width, 6), nn.ReLU())
    assert obstacle(encoder, START) == "its classifier is a Sequential, and not one linear layer"


def test_a_network_without_a_head_is_told_to_get_one() -> None:
    encoder = encoder_of("dino")
    with pytest.raises(UserError, match="no classification head"):
        attribution(encoder, pictures(encoder.side), CLASSES)
