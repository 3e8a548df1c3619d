"""The configuration that lies beside a checkpoint is held against timm's network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conversions import Convert, save
from transformers_names import as_transformers, network

from vitatlas.errors import UserError
from vitatlas.models.convert.beside import check_config


def said(tmp_path: Path, kind: str = "vit", **config: Any) -> list[str]:
    (tmp_path / "config.json").write_text(json.dumps(config))
    return check_config(network(kind).backbone, tmp_path / "model.safetensors", "vit_base_patch16_clip_quickgelu_224")


def test_other_heads_are_refused_before_anything_is_written(tmp_path: Path, converting: Convert) -> None:
    path = save(tmp_path / "model.safetensors", as_transformers("vit", network("vit")))
    (tmp_path / "config.json").write_text(json.dumps({"num_attention_heads": 3}))
    with pytest.raises(UserError, match=r"has 3 heads per block, 'vit_tiny_patch16_224' 2[\s\S]*num_heads=3"):
        converting("vit", path)
    assert not (tmp_path / "folder/made.safetensors").exists()


@pytest.mark.parametrize(
    ("kind", "activation", "words"),
    [
        ("vit", "quick_gelu", "computes with the activation function quick_gelu"),
        ("clip", "gelu", r"function gelu,[\s\S]*'vit_base_patch16_clip_224'"),
        ("vit", "relu", r"relu,[\s\S]*only networks with gelu or quick_gelu"),
    ],
)
def test_another_activation_function_is_refused(tmp_path: Path, kind: str, activation: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        said(tmp_path, kind, hidden_act=activation)


def test_the_image_towers_part_is_read_of_a_configuration_of_both(tmp_path: Path) -> None:
    tower = {"num_attention_heads": 2, "hidden_act": "quick_gelu"}
    assert said(tmp_path, "clip", vision_config=tower, hidden_act="gelu") == []
    with pytest.raises(UserError, match="3 heads"):
        said(tmp_path, "clip", vision_config={"num_attention_heads": 3})


def test_another_epsilon_is_told(tmp_path: Path) -> None:
    (line,) = said(tmp_path, layer_norm_eps=1e-12, hidden_act="gelu")
    assert "1e-12" in line and "1e-06" in line
    assert said(tmp_path, layer_norm_eps=1e-6) == []


def test_without_a_configuration_it_is_told_what_was_not_checked(tmp_path: Path) -> None:
    (line,) = check_config(network("vit").backbone, tmp_path / "model.safetensors", "vit")
    assert "number of heads" in line


def test_a_damaged_configuration_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("[1")
    with pytest.raises(UserError, match="damaged"):
        check_config(network("vit").backbone, tmp_path / "model.safetensors", "vit")
