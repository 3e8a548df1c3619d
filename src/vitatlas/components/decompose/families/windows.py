"""Layers of hierarchical networks: attention in windows, and maps as positions. Shared by Swin and MaxViT."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from vitatlas.components.decompose.path import Attention, Place, Write
from vitatlas.models.sites.layouts import Grid, Windows
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.views import heads


def attention_and_mlp(
    name: str, half: Any, space: int, windows: Windows, grid: Grid, *, kind: str, token_dims: int, gain: Tensor | None
) -> tuple[Write, Write]:
    """The two layers of a block with attention in windows.

    Args:
        name: Of the block, or of its half.
        half: timm's module, with `attn` and `drop_path2`.
        space: Where they write.
        windows, grid: How tokens lie in the map.
        kind: window or grid.
        token_dims: Axes of tokens in the input of the output projection.
        gain: LayerScale behind attention.
    """
    projected = Input(half.attn.proj, heads(half.attn.num_heads, token_dims=token_dims))
    place = _place_windows(windows, grid, half.attn.num_heads)
    split = Attention(half.attn, windows, grid, token_dims=token_dims)
    return (
        Write(name, "attention", kind, space, projected, place, gain, split),
        Write(name, "mlp", kind, space, Output(half.drop_path2), channels_last),
    )


def channels_last(value: Tensor) -> Tensor:
    """A map [B, rows, columns, C], or its tokens [B, P, C] → [B, P, C]."""
    return value.flatten(1, -2)


def channels_first(value: Tensor) -> Tensor:
    """[B, C, rows, columns] → [B, P, C]."""
    return value.flatten(2).transpose(1, 2)


def _place_windows(windows: Windows, grid: Grid, count: int) -> Place:
    """Heads of windows [B·W, H, n, d] → [B, P, H, d], in true places."""

    def place(value: Tensor) -> Tensor:
        return windows.patches(value, grid, 0).flatten(1, 2).unflatten(-1, (count, -1))

    return place
