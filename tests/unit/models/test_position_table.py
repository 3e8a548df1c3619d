"""Position tables of every shape: right, or refused in a sentence that says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from small_vits import backbone, encoder, state
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.weights import load_backbone

WAYS = {
    "backbone": lambda path: load_backbone(backbone(seed=1), path),
    "encoder": lambda path: load_encoder(encoder(seed=1, resample=True), path),
}


def rows(count: int) -> Callable[[Tensor], Tensor]:
    return lambda table: torch.randn(1, count, table.shape[-1])


def test_a_table_without_a_batch_axis_is_the_same_table(tmp_path: Path) -> None:
    torch.save(state(pos_embed=lambda table: table[0]), tmp_path / "w.pth")
    for resample in (False, True):
        network = encoder(seed=1, resample=resample)
        load_encoder(network, tmp_path / "w.pth")
        assert torch.equal(network.backbone.pos_embed, backbone().pos_embed)
    network = backbone(seed=1)
    load_backbone(network, tmp_path / "w.pth")
    assert torch.equal(network.pos_embed, backbone().pos_embed)


@pytest.mark.parametrize("way", WAYS)
def test_a_square_table_of_another_size_is_resampled_with_and_without_the_axis(way: str, tmp_path: Path) -> None:
    for number, change in enumerate((rows(26), lambda table: rows(26)(table)[0])):
        torch.save(state(pos_embed=change), tmp_path / f"{number}.pth")
        WAYS[way](tmp_path / f"{number}.pth")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("count", "words"), [(13, "other 12"), (99, "other 98"), (64, "8 × 8 without them")])
def test_no_square_grid_is_refused_with_the_numbers(way: str, count: int, words: str, tmp_path: Path) -> None:
    torch.save(state(pos_embed=rows(count)), tmp_path / "w.pth")
    with pytest.raises(UserError, match=f"{count} rows of pos_embed[\\s\\S]*{words}[\\s\\S]*w.pth"):
        WAYS[way](tmp_path / "w.pth")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", [(32, 6, 6, 1), (1, 6, 6, 32), (37 * 32,), ()])
def test_no_row_per_token_is_refused_with_both_shapes(way: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    torch.save(state(pos_embed=lambda table: torch.randn(shape)), tmp_path / "w.pth")
    with pytest.raises(UserError, match=r"not one row per token[\s\S]*1×37×32[\s\S]*w\.pth"):
        WAYS[way](tmp_path / "w.pth")


@pytest.mark.parametrize("patch", [(12, 4), (4, 16)])
def test_rectangular_grids_stay_as_they_are_and_are_not_resampled(patch: tuple[int, int], tmp_path: Path) -> None:
    trained = backbone(patch_size=patch)
    torch.save(trained.state_dict(), tmp_path / "w.pth")
    network = encoder(seed=1, resample=True, patch_size=patch)
    load_encoder(network, tmp_path / "w.pth")
    assert torch.equal(network.backbone.pos_embed, trained.pos_embed)
    torch.save({**trained.state_dict(), "pos_embed": torch.randn(1, 17, 32)}, tmp_path / "other.pth")
    with pytest.raises(UserError, match=r"which is no square[\s\S]*other\.pth"):
        load_encoder(network, tmp_path / "other.pth")


def test_another_width_is_no_other_image_size(tmp_path: Path) -> None:
    torch.save(state(pos_embed=lambda table: table[..., :16]), tmp_path / "w.pth")
    with pytest.raises(UserError, match="do not fit the model: pos_embed is 1×37×16"):
        load_encoder(encoder(seed=1), tmp_path / "w.pth")
