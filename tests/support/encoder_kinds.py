"""Small encoders of every family of the two papers on pictures, and pictures for them."""

from __future__ import annotations

from typing import Any

import torch

from vitatlas.config.models import EncoderEntry

STATISTICS = {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)}
_VIT = {"embed_dim": 24, "depth": 2, "num_heads": 2}
_CLASSES = {"image": 32, "classes": 7}
_CLIP = {"image": 32, "projection": 10, "readout": "projected"}
_FEATURES = {"image": 28, "readout": "cls"}
_SWIN = {"embed_dim": 16, "depths": [1, 2], "num_heads": [1, 2], "window_size": 4}
_COAT = {"embed_dims": [16, 16, 16, 16], "serial_depths": [1, 1, 1, 1], "num_heads": 8, "mlp_ratios": [2, 2, 2, 2]}
_PIT = {"base_dims": [8, 8, 8], "depth": [1, 1, 1], "heads": [1, 2, 4], "patch_size": 4, "stride": 4}
_TWINS = {"embed_dims": [8, 16, 16, 32], "num_heads": [1, 2, 2, 4], "depths": [1, 2, 1, 1]}

_KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "vit": ("vit_tiny_patch16_224", {"patch_size": 8, **_VIT}, _CLASSES),
    "clip": ("vit_base_patch16_clip_224", _VIT, _CLIP),
    "clip_quickgelu": ("vit_base_patch16_clip_quickgelu_224", _VIT, _CLIP),
    "deit": ("deit_tiny_patch16_224", {"patch_size": 8, **_VIT}, {**_CLASSES, "readout": "cls"}),
    "deit_distilled": ("deit_tiny_distilled_patch16_224", {"patch_size": 8, **_VIT}, _CLASSES),
    "coat": ("coat_tiny", {**_COAT, "parallel_depth": 2}, _CLASSES),
    "coat_lite": ("coat_lite_tiny", _COAT, _CLASSES),
    "convit": ("convit_tiny", {"patch_size": 8, "depth": 3, "local_up_to_layer": 2, "num_heads": 2}, _CLASSES),
    "pit": ("pit_ti_224", _PIT, {**_CLASSES, "readout": "cls"}),
    "pit_distilled": ("pit_ti_distilled_224", _PIT, _CLASSES),
    "swin": ("swin_tiny_patch4_window7_224", _SWIN, {**_CLASSES, "readout": "mean"}),
    "twins_pcpvt": ("twins_pcpvt_small", _TWINS, _CLASSES),
    "twins_svt": ("twins_svt_small", {**_TWINS, "wss": [2, 2, 2, 1]}, {**_CLASSES, "readout": "mean"}),
    "maxvit": (
        "maxvit_tiny_tf_224",
        {"embed_dim": [32, 32], "depths": [1, 1], "stem_width": 16, "head_hidden_size": 32},
        {"image": 56, "classes": 7, "readout": "mean"},
    ),
    "dino": ("vit_tiny_patch16_224", {"patch_size": 8, **_VIT}, {**_FEATURES, "image": 32}),
    "dinov2": ("vit_small_patch14_dinov2", _VIT, _FEATURES),
    "dinov2_registers": ("vit_small_patch14_reg4_dinov2", _VIT, {**_FEATURES, "readout": "mean"}),
    "resnet": ("test_resnet", {}, _CLASSES),
    "densenet": ("densenet121", {"growth_rate": 4, "block_config": [1, 1]}, _CLASSES),
    "mobilenetv2": ("mobilenetv2_050", {}, {**_CLASSES, "readout": "mean"}),
    "convnext": ("convnext_atto", {"depths": [1, 1, 1, 1], "dims": [8, 8, 16, 16]}, _CLASSES),
}
KINDS = tuple(_KINDS)


def encoder_entry(kind: str, **changes: Any) -> EncoderEntry:
    """The entry of a kind, with some keys of its section `encoder` changed."""
    architecture, arguments, settings = _KINDS[kind]
    return EncoderEntry.model_validate(
        {
            **{"timm": architecture, "architecture": arguments, "origin": "none", "preprocessing": STATISTICS},
            "encoder": {**settings, **changes},
        }
    )


def stirred(module: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    """The module in eval mode, with norms, biases and running statistics far from the values they start with."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in module.parameters():
            value += 0.1 * torch.randn(value.shape, generator=generator, dtype=value.dtype)
        for name, value in module.named_buffers():
            if "running" in name:
                value += 0.3 * torch.rand(value.shape, generator=generator, dtype=value.dtype)
    return module.eval()


def pictures(side: int, count: int = 2) -> torch.Tensor:
    """Random pictures [count, 3, side, side] uint8."""
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8, generator=generator)
