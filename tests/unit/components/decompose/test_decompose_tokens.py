"""Shares of tokens against the heads that they are parts of, gradients, and changes of one token."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
import torch
from attention_parts import grid_of, values_of
from decomposed import (
    SPLIT,
    UNSPLIT,
    VITS,
    direction,
    half_of,
    heads_of,
    images_of,
    shared,
    starts,
)
from frozen_network import frozen
from torch import Tensor

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.errors import UserError


@pytest.mark.parametrize("kind", SPLIT)
def test_tokens_sum_to_their_head(kind: str) -> None:
    of = shared(kind)
    images = images_of(of)
    for start in starts(of):
        decomposer = Decomposer(of, start)
        z, vectors = decomposer(images)
        directions = {
            number: direction(of, number) if number % 2 else torch.stack([direction(of, number), direction(of, 100)])
            for number, component in enumerate(decomposer.components)
            if component.kind == "head"
        }
        shares = token_shares(decomposer, images, directions)
        assert list(shares) == list(directions)
        for number, of_head in shares.items():
            wanted = (vectors[:, number] * directions[number]).sum(1)
            scale = float(z.norm(dim=1).max() * directions[number].norm())
            assert float((of_head.maps.sum((1, 2)) + of_head.rest - wanted).abs().max()) < 1e-11 * scale


@pytest.mark.parametrize("kind", ["vit", "swin", "maxvit"])
def test_one_direction_for_all_pictures_is_the_same_for_each(kind: str) -> None:
    of = shared(kind)
    images, g, decomposer = images_of(of), direction(of), Decomposer(of)
    part, numbers = next(iter(heads_of(decomposer).items()))
    (once,) = token_shares(decomposer, images, {numbers[0]: g}).values()
    (each,) = token_shares(decomposer, images, {numbers[0]: g.expand(2, -1)}).values()
    torch.testing.assert_close(once.maps, each.maps, rtol=0, atol=1e-12)
    assert once.maps.shape == (2, *grid_of(of, part))
    assert bool((once.rest.abs() > 1e-12).all()) == (kind == "vit")  # a class token, and no padding in the others


@pytest.mark.parametrize("policy", ["own", "uniform"])
@pytest.mark.parametrize("kind", ["vit", "swin"])
def test_policies_add_to_tokens_a_constant_that_is_the_same_for_all_heads_of_a_layer(kind: str, policy: str) -> None:
    of = shared(kind)
    images, g, decomposer = images_of(of), direction(of), Decomposer(of, policy=policy)
    _, vectors = decomposer(images)
    for numbers in heads_of(decomposer).values():
        shares = token_shares(decomposer, images, dict.fromkeys(numbers, g))
        sums = torch.stack([shares[number].maps.sum((1, 2)) + shares[number].rest for number in numbers], dim=1)
        added = vectors[:, numbers] @ g - sums
        torch.testing.assert_close(added, added[:, :1].expand_as(added), rtol=0, atol=1e-11)
        assert float(added.abs().min()) > 1e-6


@pytest.mark.parametrize("kind", SPLIT)
def test_a_tokens_share_is_gradient_times_value(kind: str) -> None:
    """Values as leaves of the frozen network, split by head and token; in true places where tokens attend to all."""
    of = shared(kind)
    images, g = images_of(of), direction(of)
    decomposer = Decomposer(of)
    numbers = heads_of(decomposer)
    shares = token_shares(decomposer, images, {i: g for part in numbers.values() for i in part})
    with frozen(of, images) as forward, ExitStack() as stack:
        leaves = {part: _projection_leaf(stack, half_of(of.backbone, part).attn) for part in numbers}
        (forward() @ g).sum().backward()
    for part, of_part in numbers.items():
        leaf = leaves[part][0]
        gradient = values_of(half_of(of.backbone, part).attn, leaf.grad)  # [B·W, H, n, d]
        expected = (gradient * values_of(half_of(of.backbone, part).attn, leaf.detach())).sum(-1)
        by_picture = expected.unflatten(0, (len(images), -1)).transpose(1, 2).flatten(2)  # [B, H, W·n]
        for head, number in enumerate(of_part):
            maps, wanted = shares[number].maps.flatten(1), by_picture[:, head]
            if kind in VITS:
                torch.testing.assert_close(maps, wanted[:, of.backbone.num_prefix_tokens :], rtol=0, atol=1e-11)
                continue
            nearest = (maps[:, :, None] - wanted[:, None]).abs().amin(2)
            assert float(nearest.max()) < 1e-11
            torch.testing.assert_close(maps.sum(1) + shares[number].rest, wanted.sum(1), rtol=0, atol=1e-11)


@pytest.mark.parametrize("kind", UNSPLIT)
def test_heads_behind_a_norm_or_a_gate_are_not_split(kind: str) -> None:
    of = shared(kind)
    with pytest.raises(UserError, match=r"'block.0.head.1' cannot be split over tokens: a norm or a gate") as error:
        token_shares(Decomposer(of), images_of(of), {2: direction(of)})
    assert kind in ("scale-norm", "gated") and error.value.remedy


@pytest.mark.parametrize(("number", "name"), [(0, "init"), (4, "block.0.mlp"), (13, "bias")])
def test_what_is_no_head_has_no_tokens(number: int, name: str) -> None:
    of = shared("vit")
    with pytest.raises(UserError, match=f"component '{name}' is no head") as error:
        token_shares(Decomposer(of), images_of(of), {number: direction(of)})
    assert error.value.remedy


def _projection_leaf(stack: ExitStack, attention: Any) -> list[Tensor]:
    """Queries, keys and values as a leaf of the graph, which the forward pass puts into the list."""
    kept: list[Tensor] = []

    def leaf(_module: Any, _args: Any, output: Tensor) -> Tensor:
        kept.append(output.detach().requires_grad_())
        return kept[0]

    stack.callback(attention.qkv.register_forward_hook(leaf).remove)
    return kept
