"""Converted checkpoints against the library that wrote them: transformers' own networks, small, with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from vitatlas.models import torchvision_ops  # noqa: F401  (before transformers)
from vitatlas.models.convert.command import Request, convert
from vitatlas.models.encoder import build_encoder
from vitatlas.models.encoder_weights import load_encoder

transformers = pytest.importorskip("transformers")

SIDE, PATCH, WIDTH = 32, 8, 24
SIZES = {"num_hidden_layers": 2, "num_attention_heads": 2, "image_size": SIDE, "patch_size": PATCH}
WIDTHS = {"hidden_size": WIDTH, "intermediate_size": 96, "layer_norm_eps": 1e-6}
ARGUMENTS = {"embed_dim": WIDTH, "depth": 2, "num_heads": 2, "patch_size": PATCH}
GATED = {**ARGUMENTS, "mlp_ratio": 64 * 2 / WIDTH}
TOKENS, LOGITS, PROJECTED = "last_hidden_state", "logits", "image_embeds"

CASES: dict[str, tuple[str, str, dict[str, Any], str, dict[str, Any], str]] = {
    "vit": ("ViTConfig", "ViTForImageClassification", {}, "vit_tiny_patch16_224", ARGUMENTS, LOGITS),
    "deit": (
        *("DeiTConfig", "DeiTForImageClassificationWithTeacher", {}),
        *("deit_tiny_distilled_patch16_224", ARGUMENTS, LOGITS),
    ),
    "dinov2": ("Dinov2Config", "Dinov2Model", {"mlp_ratio": 4}, "vit_small_patch14_dinov2", ARGUMENTS, TOKENS),
    "gated": ("Dinov2Config", "Dinov2Model", {"use_swiglu_ffn": True}, "vit_giant_patch14_dinov2", GATED, TOKENS),
    "registers": (
        *("Dinov2WithRegistersConfig", "Dinov2WithRegistersModel", {"mlp_ratio": 4}),
        *("vit_small_patch14_reg4_dinov2", ARGUMENTS, TOKENS),
    ),
    "clip": (
        *("CLIPVisionConfig", "CLIPVisionModelWithProjection", {"projection_dim": 10, "layer_norm_eps": 1e-5}),
        *("vit_base_patch16_clip_quickgelu_224", ARGUMENTS, PROJECTED),
    ),
}


def written(config: str, network: str, options: dict[str, Any]) -> torch.nn.Module:
    """A network of transformers', every weight random."""
    found = getattr(transformers, network)(getattr(transformers, config)(**{**SIZES, **WIDTHS, **options}))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for value in found.parameters():
            value += 0.1 * torch.randn(value.shape, generator=generator)
    return found.eval()


@pytest.mark.parametrize("saved", [True, False], ids=["as saved", "state dict"])
@pytest.mark.parametrize("case", CASES)
@torch.no_grad()
def test_the_converted_network_computes_the_same(case: str, saved: bool, tmp_path: Path) -> None:
    config, network, options, architecture, arguments, wanted = CASES[case]
    theirs = written(config, network, options)
    source = tmp_path / "model.safetensors"
    if saved:  # with the names of transformers 4, and the configuration beside
        theirs.save_pretrained(tmp_path)
    else:
        source = tmp_path / "model.pth"
        torch.save(theirs.state_dict(), source)
    said: list[str] = []
    done = convert(Request(source, tmp_path / "made.safetensors", architecture, arguments), say=said.append)
    ours = build_encoder(done.entry, seed=3).eval()
    load_encoder(ours, tmp_path / "made.safetensors")
    pictures = torch.randn(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    found: Tensor = ours.backbone.forward_features(pictures)
    if wanted != TOKENS:
        found = ours.backbone.forward_head(found)
    assert torch.allclose(found, theirs(pictures)[wanted], rtol=0, atol=1e-5)
    assert not any("layer norms" in line for line in said)
    assert any("no config.json" in line for line in said) != saved
