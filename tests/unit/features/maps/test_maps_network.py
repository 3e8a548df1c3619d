"""Maps from networks: values stand where patches are, whatever the family does with its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from mapped_units import activations, encoder_of_kind, scenes
from site_kinds import network, sides
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.features.maps.network import Pairs, layer_maps, pair_maps, patch_size, roll_step
from vitatlas.features.maps.truth import auc
from vitatlas.models.sites import Layer, layers, patch, patches, sites, until

LOCAL = ("vit", "deit-distilled", "dinov2", "convit", "coat-lite", "coat", "swin", "twins-svt")
"""Families whose patches are cut without overlap, and mixed by attention and by convolutions of positions alone."""


@contextmanager
def attention_off(model: nn.Module) -> Iterator[None]:
    """Nothing passes between patches: attention adds 0."""
    with patch(model, {site: torch.zeros_like for site in sites(model) if site.endswith(".attn.out")}):
        yield


@torch.no_grad()
def without_convolutions_of_positions(model: nn.Module) -> nn.Module:
    """The network, in which these, that are added to the stream, are 0."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1:
            module.weight.zero_()
    return model


def planted(model: nn.Module, size: tuple[int, int], cells: int, row: int, column: int) -> Tensor:
    """A picture of one colour, and the same with noise in cell (row, column) of the coarsest grid."""
    images = torch.full((2, 3, *size), 0.4, dtype=torch.float64)
    height, width = size[0] // cells, size[1] // cells
    noise = torch.randn(3, height, width, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    images[1, :, row * height : (row + 1) * height, column * width : (column + 1) * width] = noise
    return images


def changed(model: nn.Module, layer: Layer, images: Tensor, size: tuple[int, int]) -> Tensor:
    """Where maps of the two pictures differ in any unit: bool [rows, columns]."""
    with attention_off(model), torch.no_grad():
        maps = patches(model, layer.activation, until(model, images, layer.activation), size)
    return (maps[0] - maps[1]).abs().amax(-1) > 1e-9


@pytest.mark.parametrize("kind", LOCAL)
def test_a_patch_that_differs_changes_its_own_cell_alone(kind: str) -> None:
    model, size = without_convolutions_of_positions(network(kind)), sides(kind)
    network_layers = layers(model, size)
    cells = min(layer.grid[0] for layer in network_layers if layer.grid)
    assert cells > 1
    for row, column in ((0, cells - 1), (cells - 1, 0)):
        images = planted(model, size, cells, row, column)
        for layer in network_layers:
            found = changed(model, layer, images, size)
            expected = torch.zeros(cells, cells, dtype=torch.bool)
            expected[row, column] = True
            by = found.shape[0] // cells
            assert found.equal(expected.repeat_interleave(by, 0).repeat_interleave(by, 1)), (kind, layer.name)


def test_swin_s_maps_come_from_shifted_windows_too() -> None:
    blocks = [block for stage in network("swin").layers for block in stage.blocks]  # type: ignore[union-attr, operator]
    assert any(max(block.shift_size) > 0 for block in blocks)


def test_with_attention_other_cells_change_too() -> None:
    model, size = network("vit"), sides("vit")
    layer = layers(model, size)[-1]
    images = planted(model, size, 4, 1, 2)
    with torch.no_grad():
        maps = patches(model, layer.activation, until(model, images, layer.activation), size)
    assert ((maps[0] - maps[1]).abs().amax(-1) > 1e-9).all()


@torch.no_grad()
def test_a_unit_that_knows_the_planted_patches_lights_these_exactly() -> None:
    encoder = encoder_of_kind("vit")
    encoder.backbone.pos_embed.zero_()
    truth = torch.rand(4, 4, generator=torch.Generator().manual_seed(0)) < 0.3
    image = torch.where(truth.repeat_interleave(8, 0).repeat_interleave(8, 1), 230, 60).to(torch.uint8)
    layer = layers(encoder)[0]
    with attention_off(encoder):
        maps = layer_maps(encoder, layer.activation, image.expand(1, 3, 32, 32))[0].permute(2, 0, 1)
    likes = [unit for unit in maps if unit[truth].mean() > unit[~truth].mean() + 1e-3]
    assert 10 < len(likes) < len(maps) - 10
    assert auc(torch.stack(likes), truth[None]).flatten().tolist() == [1] * len(likes)


@pytest.mark.parametrize("kind", ["vit", "deit_distilled", "convit", "coat", "pit", "swin", "twins_svt", "resnet"])
def test_maps_of_pairs_are_those_of_the_full_pass(kind: str) -> None:
    encoder = encoder_of_kind(kind)
    pictures = scenes(encoder)
    expected = activations(encoder, torch.cat(list(pictures.batches(20))))
    pairs = Pairs(np.array([9, 2, 2, 13, 0, 9]), np.array([1, 5, 3, 0, 5, 5]))
    network_layers = layers(encoder, encoder.side)
    for layer in (network_layers[0], network_layers[-1]):
        for batch in (2, 20):
            maps = pair_maps(encoder, layer, pictures, pairs, batch)
            wanted = expected[layer.index][pairs.positions, :, :, pairs.units]
            assert maps.numpy() == pytest.approx(wanted.numpy(), abs=1e-5)
            scores = expected[layer.index].mean((1, 2))[pairs.positions, pairs.units]
            assert maps.mean((1, 2)).numpy() == pytest.approx(scores.numpy(), abs=1e-5), "a map's mean is the score"


@torch.no_grad()
def test_a_rolled_picture_s_map_is_rolled_where_patches_have_no_place_of_their_own() -> None:
    encoder = encoder_of_kind("vit")
    encoder.backbone.pos_embed.zero_()
    pictures, layer = scenes(encoder), layers(encoder)[1]
    pairs = Pairs(np.array([1, 3]), np.array([4, 7]))
    still, moved = (pair_maps(encoder, layer, pictures, pairs, 5, pixels) for pixels in ((0, 0), (8, 16)))
    assert moved.roll((-1, -2), (1, 2)).numpy() == pytest.approx(still.numpy(), abs=1e-5)
    assert not torch.allclose(moved, still, atol=1e-3)


@torch.no_grad()
def test_values_that_are_not_finite_are_refused() -> None:
    encoder = encoder_of_kind("vit")
    next(encoder.backbone.blocks[1].mlp.parameters()).fill_(float("nan"))
    pairs = Pairs(np.array([0]), np.array([0]))
    with pytest.raises(UserError, match=r"activations at 'block\.1\.mlp\.act' are not finite"):
        pair_maps(encoder, layers(encoder)[1], scenes(encoder), pairs, 5)


def test_rolls_are_of_whole_patches_in_every_layer_that_has_them() -> None:
    swin = layers(network("swin"), (48, 48))
    assert roll_step(48, swin) == 8
    assert [patch_size(48, layer.grid) for layer in swin] == [4, 4, 8, 8]
    assert patch_size(44, (10, 10)) is None and patch_size(40, (4, 8)) is None and patch_size(40, None) is None
