"""Every vision transformer of timm, made small: whatever is left of it computes as the large one does."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.models.build import timm
from vitatlas.relations.config.models import Geometry, Network

IMAGE, PATCH = 32, 8
SMALL = {"img_size": IMAGE, "patch_size": PATCH, "embed_dim": 96, "depth": 2, "num_heads": 4}
"""The width is one that DINOv2's giants can have too: 5.33 times it is a whole and even number."""

GEOMETRY = Geometry(canvas=IMAGE, patch=PATCH, object=16, sprite=14)
MODULES = ("vision_transformer", "deit", "vision_transformer_hybrid")
"""timm's modules whose networks are `VisionTransformer`s."""


def names() -> list[str]:
    """All architectures of these modules."""
    return [name for module in MODULES for name in timm.list_models(module=module)]


def entry(architecture: str = "vit_tiny_patch16_224", readout: str = "cls", **options: Any) -> Network:
    """A small network with these options."""
    return Network.model_validate(
        {
            "timm": architecture,
            "architecture": {**SMALL, **options},
            "origin": "none",
            "readout": readout,
            "preprocessing": {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.25, 0.3)},
        }
    )


def stirred(module: nn.Module) -> nn.Module:
    """The module in evaluation mode, its weights away from where they start, so that no part is idle."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for value in module.parameters():
            value += 0.05 * torch.randn(value.shape, generator=generator)
    return module.eval()


def pixels(count: int = 2) -> Tensor:
    """Random images [count, 3, IMAGE, IMAGE] uint8."""
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, 3, IMAGE, IMAGE), dtype=torch.uint8, generator=generator)
