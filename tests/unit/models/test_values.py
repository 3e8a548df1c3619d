"""Weights that are no floating-point numbers, or not finite, are refused by every way into a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from small_vits import backbone, encoder, state
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.weights import load_backbone, load_exactly

WAYS = {
    "backbone": lambda path: load_backbone(backbone(seed=1), path),
    "encoder": lambda path: load_encoder(encoder(seed=1), path),
    "exactly": lambda path: load_exactly(backbone(seed=1), path),
}


def as_kind(dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
    return lambda value: (value * 100).to(dtype)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", ["blocks.1.mlp.fc2.weight", "norm.bias", "cls_token"])
@pytest.mark.parametrize(
    "dtype", [torch.uint8, torch.int16, torch.int64, torch.float8_e5m2, torch.complex64, torch.bool]
)
def test_other_kinds_of_numbers_are_named(way: str, key: str, dtype: torch.dtype, tmp_path: Path) -> None:
    torch.save(state(**{key: as_kind(dtype)}), tmp_path / "w.pth")
    with pytest.raises(
        UserError, match=f"{key} is {str(dtype).removeprefix('torch.')}[\\s\\S]*w.pth[\\s\\S]*quantised"
    ):
        WAYS[way](tmp_path / "w.pth")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_floats_of_other_sizes_are_taken(way: str, dtype: torch.dtype, tmp_path: Path) -> None:
    torch.save(state(**{"norm.weight": lambda value: value.to(dtype)}), tmp_path / "w.pth")
    WAYS[way](tmp_path / "w.pth")


@pytest.mark.parametrize("way", ["backbone", "encoder"])
@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 1e39])
def test_what_is_not_finite_as_the_network_computes_is_named(way: str, value: float, tmp_path: Path) -> None:
    torch.save(state(**{"pos_embed": lambda old: old.double() * 0 + value}), tmp_path / "w.pth")
    with pytest.raises(UserError, match="not finite: pos_embed"):
        WAYS[way](tmp_path / "w.pth")
