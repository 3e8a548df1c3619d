"""Checkpoints with transformers' names of every kind compute, as timm's networks, what they were made from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from conversions import Convert, alike, save
from transformers_names import KINDS, as_transformers, entry, network

from vitatlas.models.convert.names import place_of


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_are_those_of_the_network_that_was_written(kind: str, tmp_path: Path, converting: Convert) -> None:
    given = network(kind)
    found, done = converting(kind, save(tmp_path / "model.safetensors", as_transformers(kind, given)))
    if kind == "registers":  # a sum of two numbers, taken apart and put together
        assert torch.allclose(found.backbone.cls_token, given.backbone.cls_token, atol=1e-6)
        found.backbone.cls_token = given.backbone.cls_token
    assert alike(found, given)
    assert done.left_out == []
    assert done.entry.encoder.image == entry(kind).encoder.image
    assert done.entry.encoder.classes == entry(kind).encoder.classes
    assert done.entry.encoder.projection == entry(kind).encoder.projection


@pytest.mark.parametrize("prefix", ["", "vit.", "model.", "backbone.", "module.model.vit."])
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_whatever_stands_in_front_of_names(prefix: str, suffix: str, tmp_path: Path, converting: Convert) -> None:
    given = network("dinov2")
    state = {prefix + key: value for key, value in as_transformers("dinov2", given).items()}
    path = tmp_path / f"model{suffix}"
    torch.save({"model": state, "epoch": 3}, path) if suffix == ".pth" else save(path, state)
    assert alike(converting("dinov2", path)[0], given)


def test_half_precision_is_converted_to_the_same_numbers(tmp_path: Path, converting: Convert) -> None:
    state = {key: value.half() for key, value in as_transformers("vit", network("vit")).items()}
    found, _ = converting("vit", save(tmp_path / "model.safetensors", state))
    assert found.backbone.norm.weight.dtype == torch.float32
    assert torch.equal(found.backbone.norm.weight, state["vit.layernorm.weight"].float())


def test_what_no_analysis_needs_is_left_out_and_told(tmp_path: Path, converting: Convert) -> None:
    state = as_transformers("clip", network("clip"))
    beside = {
        "vision_model.embeddings.position_ids": torch.arange(5)[None],
        "text_model.embeddings.token_embedding.weight": torch.ones(3, 4),
        "text_projection.weight": torch.ones(4, 4),
        "logit_scale": torch.tensor(4.6),
    }
    found, done = converting("clip", save(tmp_path / "model.safetensors", {**state, **beside}))
    assert sorted(done.left_out) == sorted(beside)
    assert done.changes == ["head.bias: zeros, for the projection has none"]
    assert alike(found, network("clip"))


def test_a_head_can_be_left_out_by_name(tmp_path: Path, converting: Convert) -> None:
    path = save(tmp_path / "model.safetensors", as_transformers("vit", network("vit")))
    _, done = converting("vit", path, leave_out=["classifier."])
    assert sorted(done.left_out) == ["classifier.bias", "classifier.weight"]
    assert done.entry.encoder.classes == 0


def test_parts_go_to_their_places() -> None:
    value = place_of("encoder.layer.11.attention.attention.value.bias")
    assert value is not None
    assert (value.key, value.part, value.parts) == ("blocks.11.attn.qkv.bias", 2, 3)
    assert place_of("encoder.layer.11.attention.attention.value.lora") is None
    assert place_of("layernorm") is None
    assert place_of("decoder.layers.0.norm1.weight") is None
