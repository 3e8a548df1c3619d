"""Heads whose values sit on one token, for tests of maps over tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor

from vitatlas.models.encoder import Encoder


@contextmanager
def values_at(encoder: Encoder, block: int, token: int) -> Iterator[None]:
    """All heads of a block of a plain vision transformer have values of 0, but for those of one token."""
    attention: Any = encoder.backbone.blocks[block].attn

    def only(_: object, __: object, output: Tensor) -> Tensor:
        kept = output.clone()
        values = kept[..., 2 * output.shape[-1] // 3 :]
        at = values[:, token].clone()
        values.zero_()
        values[:, token] = at
        return kept

    handle = attention.qkv.register_forward_hook(only)
    try:
        yield
    finally:
        handle.remove()
