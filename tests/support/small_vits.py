"""A vision transformer of a few kB, as a backbone and as an encoder, and its weights with some of them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from vitatlas.config.models import Backbone, EncoderEntry
from vitatlas.models.build import build_backbone
from vitatlas.models.encoder import Encoder, build_encoder

SIDE = 48  # pixels; 6 × 6 patches
SIZES = {"patch_size": 8, "embed_dim": 32, "depth": 2, "num_heads": 2}


def entry(timm: str = "vit_tiny_patch16_224", **architecture: Any) -> Backbone:
    """The entry, with other arguments of the architecture."""
    statistics = {"mean": (0.5,) * 3, "std": (0.5,) * 3}
    arguments = SIZES | architecture
    return Backbone.model_validate(
        {"timm": timm, "architecture": arguments, "origin": "file", "file": "w.pth", "preprocessing": statistics}
    )


def backbone(seed: int = 0, **architecture: Any) -> Any:
    """The network as a backbone."""
    return build_backbone(entry(**architecture), SIDE, seed=seed)


def encoder(seed: int = 0, *, resample: bool = False, **architecture: Any) -> Encoder:
    """The network as an encoder."""
    settings = {"image": SIDE, "resample": resample}
    return build_encoder(EncoderEntry.model_validate({**dict(entry(**architecture)), "encoder": settings}), seed=seed)


def state(changes: Mapping[str, Callable[[Tensor], Tensor]] | None = None, **more: Callable[[Tensor], Tensor]) -> Any:
    """Its weights by key, of seed 0, some of them changed."""
    found = {key: value.clone() for key, value in backbone().state_dict().items()}
    return found | {key: change(found[key]) for key, change in {**(changes or {}), **more}.items()}
