"""Laws of the decomposition: of batches, orders of heads and patches, where it begins, and directions."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import torch
from decomposed import (
    KINDS,
    POLICIES,
    SPLIT,
    direction,
    encoder,
    half_of,
    heads_of,
    images_of,
    relative,
    shared,
    starts,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.components.decompose import Decomposer, token_shares

EQUAL = 1e-11
ORDERED = (
    "vit",
    "distilled",
    "clip",
    "dinov2-registers",
    "qk-norm",
    "gated",
    "swin",
    "swin-padded",
    "maxvit",
    "maxvit-rw",
)
PATCHED = ("vit", "distilled", "clip", "dinov2", "dinov2-registers", "avg", "avg-with-prefix", "no-class-token")
laws = settings(max_examples=25, deadline=None)


@laws
@given(st.sampled_from(KINDS), st.sampled_from(POLICIES), st.booleans(), st.integers(0, 999), st.data())
def test_components_sum_to_z_whatever_the_weights(kind: str, policy: Any, together: bool, seed: int, data: Any) -> None:
    of = encoder(kind, seed=seed)
    start = data.draw(st.sampled_from(starts(of)))
    z, vectors = Decomposer(of, start, policy, together=together)(images_of(of))
    assert relative(vectors.sum(1) - z, z) < 1e-12


@laws
@given(st.sampled_from(KINDS), st.sampled_from(POLICIES), st.permutations(range(4)), st.integers(1, 3))
def test_pictures_know_nothing_of_each_other(kind: str, policy: Any, order: list[int], first: int) -> None:
    of = shared(kind)
    images, decomposer = images_of(of, 4), Decomposer(of, policy=policy)
    z, vectors = decomposer(images)
    parts = [decomposer(images[order][:first]), decomposer(images[order][first:])]
    assert relative(torch.cat([part[0] for part in parts]) - z[order], z) < EQUAL
    assert relative(torch.cat([part[1] for part in parts]) - vectors[order], vectors) < EQUAL


@laws
@given(st.sampled_from(SPLIT), st.permutations(range(3)))
def test_token_shares_of_pictures_know_nothing_of_each_other(kind: str, order: list[int]) -> None:
    of = shared(kind)
    images, decomposer = images_of(of, 3), Decomposer(of)
    directions = {number: direction(of, number) for number in next(reversed(heads_of(decomposer).values()))}
    whole = token_shares(decomposer, images, directions)
    alone = [token_shares(decomposer, images[i : i + 1], directions) for i in order]
    for number, shares in whole.items():
        for field in ("maps", "rest"):
            wanted = getattr(shares, field)[order]
            found = torch.cat([getattr(one[number], field) for one in alone])
            assert float((found - wanted).abs().max()) < EQUAL * float(shares.maps.abs().max())


@laws
@given(st.sampled_from(ORDERED), st.data())
def test_another_order_of_heads_in_the_weights_is_that_order_of_components(kind: str, data: Any) -> None:
    of = shared(kind)
    images, decomposer = images_of(of), Decomposer(of)
    other = deepcopy(of)
    wanted = list(range(len(decomposer.components)))
    for part, numbers in heads_of(decomposer).items():
        order = data.draw(st.permutations(range(len(numbers))))
        reorder(half_of(other.backbone, part).attn, torch.tensor(order))
        wanted[numbers[0] : numbers[-1] + 1] = [numbers[head] for head in order]
    (z, before), (same, after) = decomposer(images), Decomposer(other)(images)
    assert relative(same - z, z) < EQUAL
    assert relative(after - before[:, wanted], before) < EQUAL


@laws
@given(st.sampled_from(PATCHED), st.permutations(range(16)))
def test_patches_in_another_order_with_their_positions_have_their_shares_in_that_order(kind: str, order: Any) -> None:
    of = shared(kind)
    if of.backbone.patch_embed.grid_size != (4, 4):
        order = [i for i in order if i < of.backbone.patch_embed.num_patches]
    images, other = images_of(of), deepcopy(of)
    positions = other.backbone.pos_embed.data[:, -len(order) :]
    positions.copy_(positions[:, order].clone())
    moved = in_order(images, order, of.backbone.patch_embed.grid_size)
    first, second = Decomposer(of), Decomposer(other)
    (z, before), (same, after) = first(images), second(moved)
    assert relative(same - z, z) < EQUAL and relative(after - before, before) < EQUAL
    directions = {number: direction(of) for numbers in heads_of(first).values() for number in numbers}
    shares, shuffled = token_shares(first, images, directions), token_shares(second, moved, directions)
    for number in directions:
        difference = shuffled[number].maps.flatten(1) - shares[number].maps.flatten(1)[:, order]
        assert float(difference.abs().max()) < EQUAL
        assert float((shuffled[number].rest - shares[number].rest).abs().max()) < EQUAL


@laws
@given(st.sampled_from(KINDS), st.sampled_from(["separate", "own"]), st.data())
def test_components_do_not_depend_on_where_the_decomposition_begins(kind: str, policy: Any, data: Any) -> None:
    """Init is what was apart before, and its share of the bias."""
    of = shared(kind)
    images, start = images_of(of), data.draw(st.sampled_from(starts(of)[1:]))
    early, late = Decomposer(of, policy=policy), Decomposer(of, start, policy)
    (z, first), (_, second) = early(images), late(images)
    names = [component.name for component in early.components]
    kept = [names.index(component.name) for component in late.components[1:-1]]
    assert relative(second[:, 1:-1] - first[:, kept], first) < EQUAL
    before = [number for number in range(len(early.components) - 1) if number not in kept]
    moved = first[:, -1] - second[:, -1]
    assert relative(second[:, 0] - first[:, before].sum(1) - moved, z) < EQUAL


@laws
@given(st.sampled_from(SPLIT), st.floats(-3, 3), st.floats(-3, 3))
def test_token_shares_are_linear_in_the_direction(kind: str, a: float, b: float) -> None:
    of = shared(kind)
    images, decomposer = images_of(of), Decomposer(of)
    number = next(reversed(heads_of(decomposer).values()))[-1]
    g, h = direction(of, 1), direction(of, 2)
    along = [token_shares(decomposer, images, {number: v})[number] for v in (g, h, a * g + b * h)]
    wanted = a * along[0].maps + b * along[1].maps
    assert float((along[2].maps - wanted).abs().max()) < EQUAL * (1 + abs(a) + abs(b))


def reorder(attention: Any, order: Tensor) -> None:
    """Heads in another order in queries, keys, values, gates, tables of positions and the output projection."""
    heads = attention.num_heads
    first = getattr(attention, "head_first", False)
    for value in (attention.qkv.weight.data, None if attention.qkv.bias is None else attention.qkv.bias.data):
        if value is not None:
            grouped = value.view(*((heads, 3) if first else (3, heads)), -1)
            value.copy_((grouped[order] if first else grouped[:, order]).reshape(value.shape))
    if getattr(attention, "gate", None) is not None:
        for value in (attention.gate.weight.data, attention.gate.bias.data):
            value.copy_(value.view(heads, -1)[order].reshape(value.shape))
    weight = attention.proj.weight.data
    weight.copy_(weight.unflatten(1, (heads, -1))[:, order].flatten(1))
    for name, value in attention.named_parameters():
        if name.endswith("bias_table"):
            by_head = value.ndim == 3  # timm has heads first in the tables of MaxViT as published, else last
            value.data.copy_(value.data[order] if by_head else value.data[:, order])


def in_order(images: Tensor, order: list[int], grid: tuple[int, int]) -> Tensor:
    """Pictures with their patches in another order."""
    side = images.shape[-1] // grid[1]
    patches = images.unflatten(2, (grid[0], side)).unflatten(4, (grid[1], side))  # [B, 3, rows, side, columns, side]
    flat = patches.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)[:, order]
    return flat.unflatten(1, grid).permute(0, 3, 1, 4, 2, 5).reshape(images.shape)
