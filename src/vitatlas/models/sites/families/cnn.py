"""The parts that CNNs have in common."""

from __future__ import annotations

from typing import Any

from torch import nn

from vitatlas.models.sites.layouts import Grid
from vitatlas.models.sites.transformer import norm
from vitatlas.models.sites.unit import Sites

UNDEFINED = dict.fromkeys(
    ("attn.in", "attn.q", "attn.k", "attn.v", "attn.pattern", "attn.head_out", "attn.out"),
    "a convolutional block has no attention",
) | dict.fromkeys(
    ("mlp.pre", "mlp.act", "mlp.out", "resid_mid"),
    "a convolutional block has no feed-forward layer (its features are `conv.out`)",
)


def numbered_norms(block: Any) -> Sites:
    """The statistics of a block's norms `bn1` to `bn3`, of those that it has."""
    found: Sites = {}
    for number in (1, 2, 3):
        found |= norm(f"norm{number}", getattr(block, f"bn{number}", nn.Identity()), None)
    return found


def image_of(model: Any, image: Grid | None) -> Grid | None:
    """The sides of the pictures: as given, or as timm states them for the architecture's weights."""
    if image is not None:
        return image
    size = (getattr(model, "pretrained_cfg", None) or {}).get("input_size")
    return None if size is None else (size[-2], size[-1])


def reduced(grid: Grid | None, by: int) -> Grid | None:
    """The map behind padded convolutions of this stride."""
    return None if grid is None else (-(-grid[0] // by), -(-grid[1] // by))
