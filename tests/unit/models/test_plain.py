"""Every vision transformer of timm, and every option of it: computed as timm does, or refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from vit_options import ACCEPTED, CHANGEABLE, UNBUILDABLE, UNCHANGEABLE, UNFIT
from vits import GEOMETRY, entry, names, pixels, stirred

from vitatlas.errors import UserError
from vitatlas.models.build import Classifier, build_backbone, timm
from vitatlas.models.plain import obstacles
from vitatlas.models.sites import BLOCK_SITES, patch
from vitatlas.models.stages import rest, stem
from vitatlas.relations.config.models import Network
from vitatlas.relations.finetuning.build import build

TOLERANCE = {"atol": 1e-5, "rtol": 0.0}

OTHERS = {
    "vit_base_patch16_gap_224": "no class token",
    "vit_base_patch16_reg4_gap_256": "no class token",
    "beit3_base_patch16_224": "last norm is its head's (`fc_norm`, with `global_pool: avg`)",
    "vit_base_patch16_siglip_224": "attention (`global_pool: map`)",
    "vit_base_patch16_rpn_224": "ResPostBlock",
    "vit_base_patch16_xp_224": "ParallelScalingBlock",
    "vit_small_patch16_18x2_224": "ParallelThingsBlock",
    "vit_dlittle_patch16_reg1_gap_256": "DiffAttention",
    "aimv2_large_patch14_224": "SwiGLU",
    "vit_giant_patch14_dinov2": "GluMlp",
    "deit_base_distilled_patch16_224": "VisionTransformerDistilled",
    "vit_tiny_r_s16_p8_224": "HybridEmbed",
    "vit_base_r50_s16_224": "HybridEmbed",
    "eva02_tiny_patch14_224": "Eva",
    "beit_base_patch16_224": "Beit",
    "cait_xxs24_224": "Cait",
    "naflexvit_base_patch16_gap": "NaFlexVit",
}
HYBRIDS = timm.list_models(module="vision_transformer_hybrid")
PLAIN = (
    *("vit_base_patch16_224", "vit_base_patch16_224_miil", "vit_tiny_patch16_384", "flexivit_base", "test_vit"),
    *("vit_base_patch16_clip_224", "vit_base_patch32_clip_quickgelu_224", "vit_base_patch14_dinov2"),
    *("vit_base_patch14_reg4_dinov2", "vit_base_patch16_radio_v3", "vit_intern300m_patch14_448"),
    *("deit_tiny_patch16_224", "deit3_small_patch16_224"),
)


@torch.no_grad()
def assert_as_timm(network: Network) -> None:
    """The classifier's last tokens and its answer are those of timm's own network with the same weights."""
    ours = build(network, GEOMETRY, seed=0)
    stirred(ours)
    timms = timm.create_model(network.timm, pretrained=False, num_classes=0, **network.architecture).eval()
    timms.load_state_dict(ours.backbone.state_dict())
    images = pixels()
    seen = ours.normalise(images)
    tokens = timms.forward_features(seen)
    torch.testing.assert_close(ours.backbone.forward_features(seen), tokens, **TOLERANCE)
    if timms.global_pool == "token":
        torch.testing.assert_close(timms(seen), tokens[:, 0], **TOLERANCE)

    expected = ours.head(read_by_timm(timms, tokens, network.readout))
    torch.testing.assert_close(ours(images), expected, **TOLERANCE)
    torch.testing.assert_close(rest(ours, stem(ours, images, 1), 1), expected, **TOLERANCE)
    assert_sites_change_nothing(ours, images, expected)
    assert_same_in_training(ours, timms, seen)


def read_by_timm(timms: Any, tokens: Tensor, readout: str) -> Tensor:
    """The features that our head reads, as timm's own pooling makes them of the last tokens."""
    kinds = {"cls": ("token",), "cls+mean": ("token", "avg")}[readout]
    timms.pool_include_prefix = False
    return torch.cat([timms.pool(tokens, kind) for kind in kinds], dim=1)


def assert_sites_change_nothing(ours: Classifier, images: Tensor, expected: Tensor) -> None:
    """Every site can be opened, and putting back what is read there leaves the answer."""
    reached = []

    def keep(value: Tensor) -> Tensor:
        reached.append(value)
        return value.clone()

    sites = ["embed", *(f"block.{layer}.{name}" for layer in range(ours.depth) for name in BLOCK_SITES)]
    with patch(ours, dict.fromkeys(sites, keep)):
        torch.testing.assert_close(ours(images), expected, **TOLERANCE)
    assert len(reached) == len(sites)


def assert_same_in_training(ours: Classifier, timms: Any, seen: Tensor) -> None:
    """With the same random numbers, dropout and stochastic depth do what they do in timm."""
    found = []
    for backbone in (ours.backbone, timms):
        torch.manual_seed(0)
        found.append(backbone.train().forward_features(seen))
    torch.testing.assert_close(*found, **TOLERANCE)


def refusal(network: Network) -> UserError:
    """The error that refuses it, which names the architecture and says what to do."""
    with torch.device("meta"), pytest.raises(UserError) as error:
        build(network, GEOMETRY, seed=0)
    assert f"'{network.timm}'" in str(error.value)
    assert error.value.remedy
    return error.value


def small(name: str) -> Network:
    """A small network of this architecture, as far as its parts leave a choice."""
    if name not in names():
        return entry(name).model_copy(update={"architecture": {}})
    if name in HYBRIDS:
        return entry(name, patch_size=1, img_size=64, embed_dim=768)
    return entry(name)


@pytest.mark.parametrize("options", ACCEPTED, ids=str)
@pytest.mark.parametrize("readout", ["cls", "cls+mean"])
def test_an_option_computes_what_timm_computes(options: dict[str, Any], readout: str) -> None:
    assert_as_timm(entry(readout=readout, **options))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(ACCEPTED), min_size=2, max_size=6))
def test_options_together_compute_what_timm_computes(several: list[dict[str, Any]]) -> None:
    assert_as_timm(entry(**{"fc_norm": False, **{key: value for it in several for key, value in it.items()}}))


@pytest.mark.parametrize(("options", "words"), [*CHANGEABLE, *UNCHANGEABLE, *UNBUILDABLE], ids=str)
def test_an_option_that_is_refused_says_why(options: dict[str, Any], words: list[str]) -> None:
    message = str(refusal(entry(**options)))
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(("options", "words"), UNFIT, ids=str)
def test_an_option_that_no_network_can_have_is_refused_by_the_entry(options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"architecture\.") as error:
        entry(**options)
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize(("options", "_words"), CHANGEABLE, ids=str)
def test_what_a_refusal_recommends_is_accepted(options: dict[str, Any], _words: list[str]) -> None:
    assert_as_timm(entry(**{**options, **recommended(entry(**options))}))


def recommended(network: Network) -> dict[str, Any]:
    """The options that a refusal recommends."""
    found = obstacles(build_backbone(network, GEOMETRY.canvas, seed=0))
    return {name: value for obstacle in found for name, value in obstacle.remedy.items()}


def test_a_rectangle_is_refused_in_the_same_words_whichever_side_is_long() -> None:
    for image, patch_ in (([32, 48], 8), ([48, 32], 8), ([32, 32], [8, 16]), ([64, 32], [16, 8])):
        error = refusal(entry(img_size=image, patch_size=patch_))
        assert "both must be square" in error.problem
        assert "canvas" not in error.problem


@pytest.mark.parametrize("name", OTHERS)
def test_another_kind_of_vision_transformer_is_refused_with_its_name(name: str) -> None:
    assert OTHERS[name] in refusal(small(name)).problem


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_vision_transformer_computes_what_timm_computes(name: str) -> None:
    assert_as_timm(entry(name))


@pytest.mark.parametrize("name", names())
def test_every_vision_transformer_of_timm_is_right_or_refused(name: str) -> None:
    try:
        with torch.device("meta"):
            build(small(name), GEOMETRY, seed=0)
    except UserError as error:
        assert f"the paper 'relations' cannot use the architecture '{name}': " in error.problem
    else:
        assert_as_timm(small(name))


def test_names_are_those_of_all_kinds() -> None:
    found = set(names())
    assert len(found) > 150
    assert found >= set(PLAIN)
    assert len(found & set(OTHERS)) > 10
