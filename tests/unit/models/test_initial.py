"""Attention that starts out as in trained transformers: the products that it is defined by."""

from __future__ import annotations

import pytest
import torch
from families import IMAGE
from model_kinds import network
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models.build import build_backbone

WIDTH, HEADS = 24, 3


def attention_of(seed: int, **changes: str) -> tuple[Tensor, Tensor, Tensor]:
    """Queries and keys [heads, d, width] of the first block, and what a token gets from itself, [width, width]."""
    backbone = build_backbone(network("plain", **changes), IMAGE, seed=seed)
    fused = backbone.get_parameter("blocks.0.attn.qkv.weight").detach()
    queries, keys, values = fused.view(3, HEADS, WIDTH // HEADS, WIDTH)
    projection = backbone.get_parameter("blocks.0.attn.proj.weight").detach()
    return queries, keys, projection @ values.reshape(WIDTH, WIDTH)


def diagonal_against_rest(product: Tensor) -> tuple[float, float]:
    """The mean of the diagonal, and of what stands beside it."""
    rest = product[~torch.eye(len(product), dtype=torch.bool)]
    return product.diagonal().mean().item(), rest.mean().item()


def test_a_tokens_query_is_like_its_own_key() -> None:
    queries, keys, _ = attention_of(0, attention_init="mimetic")
    tokens = torch.randn(200, WIDTH, generator=torch.Generator().manual_seed(1))
    for query, key in zip(queries, keys, strict=True):
        scores = (tokens @ query.T) @ (tokens @ key.T).T
        own, others = diagonal_against_rest(scores)
        assert own > others + 2 * scores.std()


def test_the_head_has_the_largest_parts_of_the_wanted_product() -> None:
    queries, keys, _ = attention_of(0, attention_init="mimetic")
    for query, key in zip(queries, keys, strict=True):
        product = query.T @ key
        scale = torch.linalg.svdvals(product)
        assert (scale[: WIDTH // HEADS] > 0.7).all()
        assert torch.allclose(query.norm(dim=1), key.norm(dim=1), atol=1e-5)


def test_what_a_token_gets_from_itself_is_subtracted() -> None:
    *_, product = attention_of(0, attention_init="mimetic")
    own, others = diagonal_against_rest(product)
    assert own == pytest.approx(-0.4, abs=0.1)
    assert others == pytest.approx(0, abs=0.03)
    noise = product + 0.4 * torch.eye(WIDTH)
    assert noise.std().item() == pytest.approx(0.4 / WIDTH**0.5, rel=0.15)


def test_it_depends_on_the_seed_and_not_on_what_was_drawn_before() -> None:
    torch.rand(7)
    first, again = (attention_of(3, attention_init="mimetic") for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], attention_of(4, attention_init="mimetic")[0])


def test_without_it_timms_own_stay() -> None:
    *_, product = attention_of(0)
    assert abs(diagonal_against_rest(product)[0]) < 0.01


def test_other_architectures_are_refused() -> None:
    entry = network("plain", timm="resnet18", architecture={}, attention_init="mimetic")
    with pytest.raises(UserError, match="attention_init"):
        build_backbone(entry, IMAGE, seed=0)
