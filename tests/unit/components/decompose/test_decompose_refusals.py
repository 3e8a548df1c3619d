"""Networks that cannot be decomposed, refused before anything runs: thing, place and remedy in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from decomposed import encoder, images_of
from encoder_kinds import STATISTICS

from vitatlas.components.decompose import Decomposer
from vitatlas.config.models import EncoderEntry
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder, build_encoder

# isort: split
from timm.layers import RmsNorm

VIT = {"patch_size": 8, "embed_dim": 24, "depth": 2, "num_heads": 3}
SWIN = {"embed_dim": 16, "depths": [1, 1], "num_heads": [1, 2], "window_size": 4}
MAXVIT = {"embed_dim": [32, 64], "depths": [1, 1], "block_type": ["M", "M"], "stem_width": 8}
HIDDEN = {**MAXVIT, "head_hidden_size": 32}
VIT_NAME, SWIN_NAME, MAXVIT_NAME = "vit_tiny_patch16_224", "swin_tiny_patch4_window7_224", "maxvit_nano_rw_256"


@pytest.mark.parametrize(
    ("name", "architecture", "words", "remedy"),
    [
        (VIT_NAME, {**VIT, "norm_layer": "rmsnorm"}, "RmsNorm, and not a LayerNorm.*last norm", "LayerNorm"),
        (VIT_NAME, {**VIT, "norm_layer": "batchnorm2d"}, "BatchNorm2d, and not a LayerNorm", "LayerNorm"),
        (VIT_NAME, {**VIT, "norm_layer": "rmsnorm", "global_pool": "avg"}, "RmsNorm.*head's norm", "LayerNorm"),
        ("vit_base_patch16_rpn_224", VIT, "block.0 is timm's ResPostBlock", "pre-norm blocks"),
        ("vit_small_patch16_18x2_224", VIT, "block.0 is timm's ParallelThingsBlock", "pre-norm blocks"),
        (VIT_NAME, {**VIT, "attn_layer": "diff"}, "block.0 is timm's Block with DiffAttention", "plain attention"),
        ("vit_base_patch16_siglip_224", VIT, "pools tokens by `map`.*readout 'pooled'", "encoder.readout"),
        (VIT_NAME, {**VIT, "global_pool": "prr"}, "pools tokens by `prr`", "encoder.readout"),
        (VIT_NAME, {**VIT, "global_pool": "max"}, "pools tokens by `max`", "encoder.readout"),
        (VIT_NAME, {**VIT, "global_pool": "avgmax"}, "pools tokens by `avgmax`", "encoder.readout"),
        (SWIN_NAME, {**SWIN, "global_pool": "max"}, "not the mean over the last map", "encoder.readout"),
        (MAXVIT_NAME, {**MAXVIT, "global_pool": "max"}, "not the mean over the last map", "encoder.readout"),
        (MAXVIT_NAME, {**MAXVIT, "conv_pool_type": "max"}, "pooled by timm's MaxPool2d.*stage 0", "average"),
        (MAXVIT_NAME, {**MAXVIT, "conv_pool_type": "max2"}, "pooled by timm's MaxPool2d", "average"),
        (MAXVIT_NAME, {**MAXVIT, "transformer_norm_layer": "rmsnorm2d"}, "RmsNorm2d, and not a LayerNorm", "LayerNorm"),
        (MAXVIT_NAME, {**MAXVIT, "transformer_use_nchw_attn": True}, "stage.0.block.0.*PartitionAttention2d", "Cl"),
        (MAXVIT_NAME, {**MAXVIT, "block_type": ["C", "T"]}, "stage.0.block.0.*MbConvBlock, NoneType", "MaxxVitBlock"),
        ("maxvit_tiny_tf_224", HIDDEN, "head has hidden units.*readout 'pooled'", "encoder.readout"),
        ("coatnet_0_224", {"embed_dim": [16, 16, 32, 32]}, "stage.0.block.0 is of timm's MbConvBlock", "MaxxVitBlock"),
        ("resnet18", {}, "timm's ResNet.*'resnet18'", "VisionTransformer, SwinTransformer, MaxxVit"),
        ("convnext_atto", {}, "timm's ConvNeXt.*'convnext_atto'", "VisionTransformer"),
        ("beit_base_patch16_224", {"embed_dim": 24, "depth": 1, "num_heads": 3}, "timm's Beit", "VisionTransformer"),
    ],
)
def test_networks(name: str, architecture: dict[str, Any], words: str, remedy: str) -> None:
    settings = {"image": 224 if name.startswith("beit") else 64, "classes": 5}
    described = {"timm": name, "architecture": architecture, "origin": "none", "preprocessing": STATISTICS}
    with torch.device("meta"):
        of = build_encoder(EncoderEntry.model_validate({**described, "encoder": settings}), seed=0).eval()
    refused(lambda: Decomposer(of), words, remedy)


def test_a_projection_behind_another_pooling() -> None:
    of = encoder("clip", global_pool="avgmax")
    refused(lambda: Decomposer(of), "pools tokens by `avgmax`.*readout 'projected'", "encoder.readout")


@pytest.mark.parametrize(("change", "words"), [("norm", "the last norm"), ("merging", "patch merging")])
def test_norms_of_swin(change: str, words: str) -> None:
    of = encoder("swin")
    if change == "norm":
        of.backbone.norm = RmsNorm(of.width)
    else:
        of.backbone.layers[1].downsample.norm = RmsNorm(64)
    refused(lambda: Decomposer(of), f"RmsNorm, and not a LayerNorm.*{words}", "LayerNorm")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype: torch.dtype) -> None:
    of = encoder("vit", dtype=dtype)
    refused(lambda: Decomposer(of), f"in {str(dtype).removeprefix('torch.')} cannot.*{VIT_NAME}", "float32")


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method`")  # torch.compile imports what uses it
@pytest.mark.parametrize("how", ["whole", "network", "block", "in place"])
def test_compiled_networks(how: str) -> None:
    of: Any = encoder("vit")
    if how == "whole":
        of = torch.compile(of)
    elif how == "network":
        of.backbone = torch.compile(of.backbone)
    elif how == "block":
        of.backbone.blocks[1] = torch.compile(of.backbone.blocks[1])
    else:
        of.backbone.compile()
    refused(lambda: Decomposer(of), "compiled model ignores hooks", "compiled from")


def test_networks_compiled_after_the_decomposition_was_made() -> None:
    of = encoder("vit")
    decomposer = Decomposer(of)
    of.compile()
    refused(lambda: decomposer(images_of(of)), "compiled model ignores hooks", "compiled from")


@pytest.mark.parametrize(
    ("kind", "start", "remedy"),
    [
        ("vit", "block.3", "block.2"),  # beyond the last
        ("vit", "blocks.1", "block.1"),
        ("vit", "block.-1", "block.1"),
        ("swin", "stage.1.block.2", "stage.1.block.1"),
        ("maxvit", "stage.1.block.1.window", "stage.1.block.1"),
    ],
)
def test_unknown_starts(kind: str, start: str, remedy: str) -> None:
    of = encoder(kind)
    refused(lambda: Decomposer(of, start), f"unknown block '{start}'; there are:.*decomposition begins", remedy)


def test_networks_in_training_are_a_mistake_of_the_program() -> None:
    of: Encoder = encoder("vit").train()
    with pytest.raises(ValueError, match="training mode"):
        Decomposer(of)


def refused(work: Callable[[], object], words: str, remedy: str) -> None:
    with pytest.raises(UserError, match=rf"(?s){words}") as error:
        work()
    assert "\n" not in error.value.problem
    assert error.value.remedy is not None
    assert remedy in str(error.value).replace("\n", " ")
