"""Maps of texts: their sums, their places, and grids of several sizes."""

from __future__ import annotations

import pytest
import torch
from decomposed import encoder, images_of, shared
from planted_heads import values_at
from random_maps import heads, maps_of, texts

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.components.heatmaps.text_maps import summed, text_maps


@pytest.mark.parametrize("kind", ["vit", "clip", "dinov2-registers", "swin", "maxvit"])
def test_maps_sum_with_the_rest_to_the_heads_place_along_the_text(kind: str) -> None:
    of = Decomposer(shared(kind))
    maps, images, along = maps_of(of), images_of(of.encoder), texts()
    found = text_maps(of, maps, images, heads(of), along)
    rest = token_shares(of, images, {head: maps.direction(head, along) for head in heads(of)})
    mapped = maps.aligned(of(images)[1][:, :-1])
    for head in heads(of):
        wanted = (mapped[:, head] * along).sum(1)
        torch.testing.assert_close(found[head].sum((1, 2)) + rest[head].rest, wanted, rtol=1e-9, atol=1e-9)


def test_without_prefix_tokens_the_map_alone_is_the_whole() -> None:
    of = Decomposer(shared("no-class-token"))
    maps, images, along = maps_of(of), images_of(of.encoder), texts()
    mapped = maps.aligned(of(images)[1][:, :-1])
    for head, shares in text_maps(of, maps, images, heads(of), along).items():
        torch.testing.assert_close(shares.sum((1, 2)), (mapped[:, head] * along).sum(1), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("patch", [0, 6, 15])
def test_a_head_whose_values_sit_on_one_patch_lights_that_patch(patch: int) -> None:
    planted = encoder("vit")
    of = Decomposer(planted)
    own = [number for number in heads(of) if of.components[number].block == 1]
    with values_at(planted, 1, planted.backbone.num_prefix_tokens + patch):
        found = text_maps(of, maps_of(of), images_of(planted), own, texts())
    for shares in found.values():
        flat = shares.abs().flatten(1)
        assert (flat[:, patch] > 0).all()
        flat[:, patch] = 0
        assert float(flat.max()) == 0


def test_every_picture_has_its_own_text() -> None:
    of = Decomposer(shared("vit"))
    maps, images, along, head = maps_of(of), images_of(of.encoder), texts(), heads(Decomposer(shared("vit")))[2]
    together = text_maps(of, maps, images, [head], along)[head]
    for place in range(2):
        alone = text_maps(of, maps, images[place : place + 1], [head], along[place : place + 1])[head]
        torch.testing.assert_close(together[place], alone[0])
    turned = text_maps(of, maps, images, [head], -along)[head]
    torch.testing.assert_close(turned, -together)


def test_maps_of_one_grid_are_added_cell_by_cell_and_others_on_the_finest() -> None:
    fine, coarse = torch.arange(16.0).view(1, 4, 4), torch.ones(1, 2, 2)
    torch.testing.assert_close(summed([fine, fine]), 2 * fine)
    torch.testing.assert_close(summed([coarse, fine]), fine + 1)
    assert summed([coarse]).shape == (1, 2, 2)
