"""Layers, grids and prefixes of published architectures, and errors about names.

The numbers are of the papers, and were counted on timm's models.
"""

from __future__ import annotations

import math

import pytest
import timm
import torch
from hypothesis import given
from hypothesis import strategies as st
from site_kinds import network, pictures
from torch import nn

from vitatlas.errors import UserError
from vitatlas.models.sites import layers, patches, read, sites
from vitatlas.models.sites.layouts import layout_of

TOKENS = {
    "vit_base_patch16_384": [(577, 1)] * 12,
    "vit_large_patch32_384": [(145, 1)] * 24,
    "vit_base_patch32_clip_quickgelu_224": [(50, 1)] * 12,
    "vit_small_patch14_dinov2": [(1370, 1)] * 12,
    "deit_base_distilled_patch16_384": [(578, 2)] * 12,
    "convit_small": [(196, 0)] * 10 + [(197, 1)] * 2,
    "pit_ti_224": [(730, 1)] * 2 + [(197, 1)] * 6 + [(50, 1)] * 4,
    "pit_b_224": [(962, 1)] * 3 + [(257, 1)] * 6 + [(65, 1)] * 4,
    "pit_xs_distilled_224": [(731, 2)] * 2 + [(198, 2)] * 6 + [(51, 2)] * 4,
    "coat_lite_small": [(3137, 1)] * 3 + [(785, 1)] * 4 + [(197, 1)] * 6 + [(50, 1)] * 3,
    "coat_mini": [(t, 1) for t in (3137, 785, 197, 50) for _ in range(2)] + [(t, 1) for t in (785, 197, 50)] * 6,
    "swin_tiny_patch4_window7_224": [(3136, 0)] * 2 + [(784, 0)] * 2 + [(196, 0)] * 6 + [(49, 0)] * 2,
    "swin_large_patch4_window12_384": [(9216, 0)] * 2 + [(2304, 0)] * 2 + [(576, 0)] * 18 + [(144, 0)] * 2,
    "twins_pcpvt_base": [(3136, 0)] * 3 + [(784, 0)] * 4 + [(196, 0)] * 18 + [(49, 0)] * 3,
    "twins_svt_small": [(3136, 0)] * 2 + [(784, 0)] * 2 + [(196, 0)] * 10 + [(49, 0)] * 4,
    "maxvit_tiny_tf_224": [(3136, 0)] * 4 + [(784, 0)] * 4 + [(196, 0)] * 10 + [(49, 0)] * 4,
    "resnet50": [(3136, 0)] * 3 + [(784, 0)] * 4 + [(196, 0)] * 6 + [(49, 0)] * 3,
    "resnet152": [(3136, 0)] * 3 + [(784, 0)] * 8 + [(196, 0)] * 36 + [(49, 0)] * 3,
    "densenet121": [(3136, 0)] * 6 + [(784, 0)] * 12 + [(196, 0)] * 24 + [(49, 0)] * 16,
    "mobilenetv2_100": [(12544, 0)] + [(3136, 0)] * 2 + [(784, 0)] * 3 + [(196, 0)] * 7 + [(49, 0)] * 4,
}
"""Tokens and prefix tokens of each layer."""


def without_weights(architecture: str) -> nn.Module:
    with torch.device("meta"):
        return timm.create_model(architecture)


@pytest.mark.parametrize("architecture", list(TOKENS))
def test_layers_of_published_architectures(architecture: str) -> None:
    found = layers(without_weights(architecture))
    assert [(math.prod(layer.grid or ()) + layer.prefix, layer.prefix) for layer in found] == TOKENS[architecture]
    assert [layer.index for layer in found] == list(range(len(found)))
    assert len({layer.name for layer in found}) == len(found)


def test_calls_of_one_module_are_layers_of_their_own() -> None:
    model = without_weights("coat_tiny")
    modules = {id(module) for name, module in model.named_modules() if name.rpartition(".")[2].startswith("mlp")}
    assert len(modules) == 14
    assert len(layers(model)) == 26


def test_networks_that_take_any_size_are_asked_for_it() -> None:
    assert [layer.grid for layer in layers(without_weights("resnet18"), 65)][::2] == [(17, 17), (9, 9), (5, 5), (3, 3)]
    assert layers(without_weights("twins_svt_small"), (64, 96))[0].grid == (16, 24)
    assert layers(without_weights("densenet121"), (70, 64))[-1].grid == (2, 2)


@given(side=st.integers(1, 40), prefix=st.integers(0, 2))
def test_patches_are_the_largest_square(side: int, prefix: int) -> None:
    if prefix <= 2 * side:  # more would make the next square
        assert layout_of(side * side + prefix, None, prefix) == (side, side)
        assert layout_of(side * side + prefix, (3, 50), prefix) == (side, side)


@given(rows=st.integers(1, 40), columns=st.integers(1, 40), prefix=st.integers(0, 5))
def test_the_stated_grid_comes_first(rows: int, columns: int, prefix: int) -> None:
    assert layout_of(rows * columns + prefix, (rows, columns), prefix) == (rows, columns)


def test_patches_of_tokens_are_row_by_row_behind_the_prefix() -> None:
    model = network("deit-distilled")
    tokens = torch.arange(18.0).view(1, 18, 1)
    found = patches(model, "block.0.resid_post", tokens)
    assert torch.equal(found[0, ..., 0], torch.arange(2.0, 18).view(4, 4))


def test_patches_of_a_picture_of_another_size() -> None:
    model = network("dinov2", dynamic_img_size=True)
    x = torch.randn(1, 3, 56, 84, dtype=torch.float64)
    with torch.no_grad(), read(model, ["block.0.mlp.act"]) as found:
        model(x)
    value = found["block.0.mlp.act"]
    assert patches(model, "block.0.mlp.act", value, (56, 84)).shape[:3] == (1, 4, 6)
    with pytest.raises(UserError, match=r"29 tokens.*3 × 3 patches and 5 prefix tokens"):
        patches(model, "block.0.mlp.act", value)


def test_windows_of_a_picture_of_another_size_are_refused() -> None:
    model = network("maxvit-rw")
    site = "stage.0.block.0.window.attn.q"
    with torch.no_grad(), read(model, [site]) as found:
        model(pictures("maxvit-rw"))
    with pytest.raises(UserError, match=r"windows of 2 × 2 tokens.*10 × 10"):
        patches(model, site, found[site][:5], 40)


def test_a_pattern_is_not_of_patches() -> None:
    with pytest.raises(UserError, match="does not lie on the grid"):
        patches(network("pit"), "stage.0.block.0.attn.pattern", torch.zeros(1))


ERRORS = {
    ("swin", "stage.0.block.2.mlp.act"): ["unknown site", "stage.0.block.{0..1}", "similar names: stage.0.block."],
    ("swin", "stage.4.block.0.mlp.act"): ["unknown site", "stage.1.block.{0..1}"],
    ("swin", "stage.0.block.0.mlp.gelu"): ["unknown site", "stage.0.block.0.mlp"],
    ("swin", "block.0.mlp.act"): ["unknown site", "stage.0.block.{0..1}"],
    ("coat", "parallel.0.stage.0.mlp.act"): ["unknown site", "parallel.0.stage.{1..3}"],
    ("maxvit", "stage.0.block.0.mlp.act"): ["unknown site", "stage.0.block.{0..0}.window", "stage.0.block.0.grid.mlp"],
    ("resnet", "stage.0.block.0.mlp.act"): ["not defined", "no feed-forward layer", "conv.out"],
    ("resnet", "stage.0.block.0.attn.q"): ["not defined", "no attention"],
    ("densenet", "stage.0.block.0.resid_post"): ["not defined", "appends channels"],
    ("vit", "block.2.mlp.act"): ["unknown site", "block.{0..1}", "mlp.act"],
}


@pytest.mark.parametrize(("kind", "site"), list(ERRORS))
def test_a_name_that_is_no_site(kind: str, site: str) -> None:
    with pytest.raises(UserError) as error, read(network(kind), [site]):
        pass
    for words in (f"'{site}'", *ERRORS[kind, site]):
        assert words in str(error.value)


REFUSED = {
    "vit_base_patch16_rpn_224": "ResPostBlock",
    "coatnet_nano_rw_224": "MbConvBlock",
    "efficientformer_l1": "EfficientFormer",
    "mobilenetv4_conv_small": "UniversalInvertedResidual|ConvBnAct",
    "res2net50_26w_4s": "Bottle2neck",
}


@pytest.mark.parametrize("architecture", list(REFUSED))
def test_networks_of_other_blocks_are_refused(architecture: str) -> None:
    with pytest.raises(UserError, match=REFUSED[architecture]):
        sites(without_weights(architecture))


def test_a_gated_feed_forward_layer_has_no_hidden_units_of_one_non_linearity() -> None:
    model = without_weights("vit_giant_patch14_reg4_dinov2")
    assert "block.0.mlp.out" in sites(model)
    assert layers(model) == []
    with pytest.raises(UserError, match="GluMlp"), read(model, ["block.3.mlp.act"]):
        pass
