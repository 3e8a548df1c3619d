"""CLIP's image tower: timm's, loaded by us, against open_clip's on the same weights.

The weights are random and the network small; the files are in the two layouts in which the hub publishes CLIP:
open_clip's (`visual.*`, with the text tower beside it), and timm's (the image tower alone, with the projection).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from vitatlas.config.models import Backbone
from vitatlas.models import torchvision_ops  # noqa: F401  (before open_clip)
from vitatlas.models.build import Normalise, build_backbone
from vitatlas.models.weights import load_backbone, save_safetensors

open_clip = pytest.importorskip("open_clip")

WIDTH, DEPTH, SIDE, PATCH, JOINT = 128, 3, 48, 16, 32
STATISTICS = {"mean": (0.48145466, 0.4578275, 0.40821073), "std": (0.26862954, 0.26130258, 0.27577711)}


@pytest.fixture(scope="module")
def clip() -> nn.Module:
    """open_clip's CLIP as for OpenAI's weights (quick-GELU), every weight random, biases and norms included."""
    torch.manual_seed(0)
    model = open_clip.model.CLIP(
        embed_dim=JOINT,
        vision_cfg={"image_size": SIDE, "patch_size": PATCH, "width": WIDTH, "layers": DEPTH, "head_width": 64},
        text_cfg={"context_length": 8, "vocab_size": 50, "width": 64, "heads": 1, "layers": 1},
        quick_gelu=True,
    )
    with torch.no_grad():
        for value in model.parameters():
            value.add_(0.1 * torch.randn_like(value))
    return model.double().eval()


def entry(architecture: str = "vit_base_patch16_clip_quickgelu_224") -> Backbone:
    sizes = {"embed_dim": WIDTH, "depth": DEPTH, "num_heads": WIDTH // 64}
    values = {"timm": architecture, "architecture": sizes, "origin": "none", "preprocessing": STATISTICS}
    return Backbone.model_validate(values)


def tower(*architecture: str) -> nn.Module:
    return build_backbone(entry(*architecture), SIDE, seed=1).double().eval()


def timm_layout(state: dict[str, torch.Tensor], projection: torch.Tensor) -> dict[str, torch.Tensor]:
    return {**state, "head.weight": projection.T, "head.bias": torch.zeros(JOINT)}


@torch.no_grad()
def features(model: nn.Module, images: torch.Tensor, projection: torch.Tensor) -> torch.Tensor:
    normalise = Normalise(entry().preprocessing).double()
    return model.forward_features(normalise(images))[:, 0] @ projection


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.randint(0, 256, (4, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))


@pytest.fixture(scope="module")
def expected(clip: nn.Module, images: torch.Tensor) -> torch.Tensor:
    mean, std = (torch.tensor(STATISTICS[key], dtype=torch.float64).view(1, 3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        return clip.encode_image((images.double() / 255 - mean) / std)


@pytest.mark.parametrize("layout", ["open_clip", "timm"])
def test_the_tower_equals_open_clips(
    clip: nn.Module, images: torch.Tensor, expected: torch.Tensor, layout: str, tmp_path: Path
) -> None:
    model, path = tower(), tmp_path / "model.safetensors"
    save_safetensors(path, clip.state_dict())
    if layout == "timm":
        load_backbone(model, path)
        save_safetensors(path, timm_layout(model.state_dict(), clip.visual.proj))
        model = tower()
    load_backbone(model, path)
    # Normalisation statistics are kept in float32, hence the tolerance.
    torch.testing.assert_close(features(model, images, clip.visual.proj), expected, rtol=0, atol=1e-5)


def test_gelu_in_place_of_quick_gelu_would_be_seen(
    clip: nn.Module, images: torch.Tensor, expected: torch.Tensor, tmp_path: Path
) -> None:
    save_safetensors(tmp_path / "model.safetensors", clip.state_dict())
    model = tower("vit_base_patch16_clip_224")
    load_backbone(model, tmp_path / "model.safetensors")
    assert (features(model, images, clip.visual.proj) - expected).abs().max() > 1e-3
