"""Checkpoints that do not fit are one error, which lists all that is wrong, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from conversions import Convert, save
from torch import Tensor
from transformers_names import as_transformers, entry, network

from vitatlas.errors import UserError
from vitatlas.models.convert.command import Request, convert

State = dict[str, Tensor]
LAYER = "vit.encoder.layer.1."


def _three_things(state: State) -> None:
    del state[LAYER + "layernorm_before.bias"], state["vit.layernorm.weight"]
    state["decoder.weight"] = torch.ones(2)
    state["vit.layernorm.bias"] = torch.ones(25)


def _half_a_layer(state: State) -> None:
    del state[LAYER + "attention.attention.key.weight"]


def _two_heads(state: State) -> None:
    state["cls_classifier.weight"] = torch.ones(7, 24)


def _deeper(state: State) -> None:
    state["vit.encoder.layer.2.layernorm_before.bias"] = torch.ones(24)


def _layer_scale(state: State) -> None:
    state[LAYER + "layer_scale1.lambda1"] = torch.ones(24)


def _two_networks(state: State) -> None:
    state |= {"teacher." + key: value for key, value in state.items()}


def _other_names(state: State) -> None:
    state["model.conv1.weight"] = state.pop("vit.embeddings.patch_embeddings.projection.weight")


def _timms_names(state: State) -> None:
    _other_names(state)
    state["model.patch_embed.proj.weight"] = torch.ones(3)


def _wide_head(state: State) -> None:
    state["classifier.weight"] = torch.ones(7, 48)


def _not_finite(state: State) -> None:
    state["vit.layernorm.bias"][3] = float("inf")


def _all_zero(state: State) -> None:
    for value in state.values():
        value.zero_()


def _no_square(state: State) -> None:
    state["vit.embeddings.position_embeddings"] = torch.ones(1, 16, 24)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            _three_things,
            r"missing \(2\): blocks\.1\.norm1\.bias, norm\.weight\n"
            r"    left over \(1\): decoder\.weight\n"
            r"    of another shape \(1\): vit\.layernorm\.bias is 25, timm's norm\.bias 24\n"
            r"[\s\S]*--leave-out decoder\.",
        ),
        (
            _half_a_layer,
            r"of 3 parts of blocks\.1\.attn\.qkv\.weight, there are only \S+query\.weight, \S+value\.weight",
        ),
        (_two_heads, r"cls_classifier\.weight and classifier\.weight are both head\.weight"),
        (_deeper, r"left over \(1\): vit\.encoder\.layer\.2\.layernorm_before\.bias[\s\S]*depth"),
        (_layer_scale, r"left over \(1\): \S+lambda1[\s\S]*init_values"),
        (_two_networks, r"2 networks, below teacher\.vit\., vit\.[\s\S]*--leave-out vit\."),
        (_other_names, "no patch embedding with a name of the library transformers"),
        (_timms_names, r"timm's names[\s\S]*origin 'file'"),
        (_wide_head, r"classifier\.weight is 7×48, timm's head\.weight 7×24[\s\S]*--leave-out"),
        (_not_finite, r"not finite: norm\.bias"),
        (_all_zero, "the same representation"),
        (_no_square, r"position_embeddings is 1×16×24, timm's pos_embed"),
    ],
)
def test_a_wrong_checkpoint_is_one_error(
    spoil: Callable[[State], None], words: str, tmp_path: Path, converting: Convert
) -> None:
    state = as_transformers("vit", network("vit"))
    spoil(state)
    path = save(tmp_path / "model.safetensors", state)
    with pytest.raises(UserError, match=words) as error:
        converting("vit", path)
    assert error.value.where == path
    assert error.value.remedy
    assert list((tmp_path / "folder").glob("*")) == []


def test_long_lists_are_cut_and_counted(tmp_path: Path, converting: Convert) -> None:
    state = as_transformers("vit", network("vit"))
    path = save(tmp_path / "m.safetensors", {**state, **{f"decoder.{n}": torch.ones(1) for n in range(30)}})
    with pytest.raises(UserError, match=r"left over \(30\): decoder\.0, .* and 10 more"):
        converting("vit", path)


def test_a_classifier_on_clip_is_none_of_timms(tmp_path: Path, converting: Convert) -> None:
    """It reads the mean over patches, before the last norm."""
    state = as_transformers("clip", network("clip"))
    del state["visual_projection.weight"]
    path = save(tmp_path / "m.safetensors", {**state, "classifier.weight": torch.ones(10, 24)})
    with pytest.raises(UserError, match=r"left over \(1\): classifier\.weight"):
        converting("clip", path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leave_out": ["decodr."]}, r"no key begins with decodr\.[\s\S]*--leave-out"),
        ({"timm": "vit_tinny_patch16_224", "arguments": {}}, "timm .* has no architecture 'vit_tinny_patch16_224'"),
        ({"timm": "swin_tiny_patch4_window7_224", "arguments": {}, "image": 224}, "is no vision transformer of timm's"),
        ({"arguments": {"width": 24}}, "timm cannot build it"),
    ],
)
def test_a_wrong_request_is_refused(
    changes: dict[str, object], words: str, tmp_path: Path, converting: Convert
) -> None:
    path = save(tmp_path / "model.safetensors", as_transformers("vit", network("vit")))
    with pytest.raises(UserError, match=words):
        converting("vit", path, **changes)


def test_the_output_is_a_safetensors_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must be a safetensors file"):
        convert(Request(tmp_path / "a.pth", tmp_path / "b.pth", entry("vit").timm))


def test_an_older_output_stays_when_a_checkpoint_is_refused(tmp_path: Path, converting: Convert) -> None:
    state = as_transformers("vit", network("vit"))
    converting("vit", save(tmp_path / "model.safetensors", state))
    before = (tmp_path / "folder/made.safetensors").read_bytes()
    _not_finite(state)
    with pytest.raises(UserError):
        converting("vit", save(tmp_path / "model.safetensors", state))
    assert (tmp_path / "folder/made.safetensors").read_bytes() == before
