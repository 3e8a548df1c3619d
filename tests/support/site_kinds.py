"""Small networks of every family that has sites, with random weights that leave no part idle."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
import timm

from vitatlas.models.sites import Layer, layers, patches, read, sites

_VIT = {"img_size": 32, "patch_size": 8, "embed_dim": 24, "depth": 2, "num_heads": 3}
_COAT = {"img_size": 64, "num_heads": 4, "crpe_window": {3: 2, 5: 2}, "mlp_ratios": (2, 2, 2, 2)}
_TWINS = {"img_size": 64, "embed_dims": (8, 16, 16, 24), "num_heads": (1, 2, 2, 2), "mlp_ratios": (2, 2, 2, 2)}
_MAXVIT = {"img_size": 64, "embed_dim": (32, 64), "depths": (1, 2), "block_type": ("M", "M"), "stem_width": 8}
_ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "vit": ("vit_tiny_patch16_224", _VIT),
    "deit-distilled": ("deit_tiny_distilled_patch16_224", _VIT),
    "dinov2": ("vit_small_patch14_reg4_dinov2", {**_VIT, "img_size": 42, "patch_size": 14}),
    "convit": (
        "convit_tiny",
        {"img_size": 32, "patch_size": 8, "embed_dim": 8, "depth": 4, "num_heads": 4, "local_up_to_layer": 2},
    ),
    "pit": (
        "pit_ti_224",
        {"img_size": 44, "patch_size": 8, "stride": 4, "base_dims": (8,) * 3, "depth": (1, 2, 1), "heads": (1, 2, 4)},
    ),
    "pit-distilled": (
        "pit_ti_distilled_224",
        {"img_size": 40, "patch_size": 8, "stride": 8, "base_dims": (8, 8), "depth": (1, 1), "heads": (1, 2)},
    ),
    "coat-lite": ("coat_lite_tiny", {**_COAT, "embed_dims": (16, 16, 32, 32), "serial_depths": (2, 1, 1, 1)}),
    "coat": ("coat_tiny", {**_COAT, "embed_dims": (16,) * 4, "serial_depths": (1, 1, 1, 2), "parallel_depth": 2}),
    "swin": (
        "swin_tiny_patch4_window7_224",
        {"img_size": 48, "window_size": 4, "embed_dim": 12, "depths": (2, 2), "num_heads": (2, 3)},
    ),
    "swin-padded": (
        "swin_tiny_patch4_window7_224",
        {"img_size": (40, 56), "window_size": (4, 3), "embed_dim": 12, "depths": (2, 2), "num_heads": (2, 3)},
    ),
    "twins-pcpvt": (
        "twins_pcpvt_small",
        {**_TWINS, "img_size": (64, 96), "depths": (1, 2, 1, 1), "sr_ratios": (8, 4, 2, 1)},
    ),
    "twins-svt": ("twins_svt_small", {**_TWINS, "depths": (2, 2, 2, 1), "wss": (3, 4, 2, 2)}),
    "maxvit": ("maxvit_tiny_tf_224", {**_MAXVIT, "head_hidden_size": 32}),
    "maxvit-rw": ("maxvit_rmlp_nano_rw_256", _MAXVIT),
    "resnet": ("resnet50", {"layers": (1, 1, 2, 1), "channels": (8, 8, 8, 8)}),
    "resnet-basic": ("resnet18", {"layers": (1, 2, 1, 1), "channels": (8, 8, 8, 8)}),
    "densenet": ("densenet121", {"growth_rate": 8, "block_config": (2, 2, 1, 2)}),
    "mobilenet": ("mobilenetv2_035", {}),
}
ALL = tuple(_ARCHITECTURES)
CNNS = ("resnet", "resnet-basic", "densenet", "mobilenet")
TRANSFORMERS = tuple(kind for kind in ALL if kind not in CNNS)
_SIDES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("vit", "deit-distilled", "convit"), (32, 32)),
    **{"dinov2": (42, 42), "pit": (44, 44), "pit-distilled": (40, 40), "swin": (48, 48)},
    **{"swin-padded": (40, 56), "twins-pcpvt": (64, 96)},
}


def network(kind: str, **changes: Any) -> nn.Module:
    """A network as timm makes it, with a head of five classes: float64, in evaluation mode."""
    name, architecture = _ARCHITECTURES[kind]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = timm.create_model(name, **{"num_classes": 5, **architecture, **changes}).double().eval()
        with torch.no_grad():
            for value in model.parameters():
                value += 0.2 * torch.randn_like(value)
            for module in model.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.running_mean.normal_(0, 0.2)
                    module.running_var.uniform_(0.5, 2)
    return model


def sides(kind: str) -> tuple[int, int]:
    """Height and width of the pictures of a kind."""
    return _SIDES.get(kind, (64, 64))


def pictures(kind: str) -> Tensor:
    """Two random pictures [2, 3, height, width]."""
    return torch.randn(2, 3, *sides(kind), dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def block_of(kind: str, model: Any, layer: Layer) -> Any:
    """timm's module that the layer's sites are of."""
    stage, block = layer.stage, layer.block
    if layer.name.startswith("parallel"):
        return model.parallel_blocks[block]
    family = kind.partition("-")[0]
    if family == "maxvit":
        half = "attn_block" if layer.name.endswith("window") else "attn_grid"
        return getattr(model.stages[stage].blocks[block], half)
    if family == "pit":
        return model.transformers[stage].blocks[block]
    if family == "coat":
        return getattr(model, f"serial_blocks{stage + 1}")[block]
    if family == "swin":
        return model.layers[stage].blocks[block]
    return model.blocks[stage][block] if family == "twins" else model.blocks[block]


class Run:
    """A network, and all its activations on two pictures."""

    def __init__(self, kind: str, model: nn.Module):
        self.kind, self.model = kind, model
        with torch.no_grad(), read(model, sites(model)) as self.found:
            model(pictures(kind))
        self.layers = layers(model, sides(kind))

    def __call__(self, layer: Layer, site: str) -> Tensor:
        """The activation at a site of the layer's block."""
        return self.found[f"{layer.name}.{site}"]

    def patches(self, layer: Layer, site: str) -> Tensor:
        """[B, rows, columns, D]."""
        return patches(self.model, f"{layer.name}.{site}", self(layer, site), sides(self.kind))

    def block(self, layer: Layer) -> Any:
        """timm's module."""
        return block_of(self.kind, self.model, layer)
