"""Components by `uniform` where heads are split over tokens: the closed form against a walk that splits them.

The walk is written here, from the paper's rules, on timm's own modules.
"""

from __future__ import annotations

import pytest
import torch
from decomposed import KINDS, encoder, images_of, relative, shared, starts
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.components.decompose import Decomposer
from vitatlas.components.numerics.refinement import refined_differences, tokens_of
from vitatlas.models.encoder import Encoder

Entries = list[Tensor]


@torch.no_grad()
@settings(max_examples=8, deadline=None)
@given(st.sampled_from([1, 2, 3, 4]), st.integers(0, 1), st.integers(0, 99))
def test_it_is_what_a_walk_over_tokens_finds(heads: int, first: int, seed: int) -> None:
    of = encoder("vit", seed=seed, depth=2, num_heads=heads)
    images = images_of(of)
    decomposer = Decomposer(of, f"block.{first}", "uniform")
    z, vectors = decomposer(images)
    walked = torch.stack(walk(of, images, first), dim=1)
    sums = torch.stack([part.sum(1) for part in walked.split(tokens_of(decomposer).tolist(), dim=1)], dim=1)
    assert relative(walked.sum(1) - z, z) < 1e-12
    found = sums - vectors
    assert relative(refined_differences(decomposer, images) - found, found) < 1e-9
    assert relative(found, vectors) > 1e-3


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_what_some_components_gain_others_lose(kind: str) -> None:
    of = shared(kind)
    images = images_of(of)
    for start in starts(of):
        decomposer = Decomposer(of, start, "uniform")
        found = refined_differences(decomposer, images)
        assert found.shape == decomposer(images)[1].shape
        assert relative(found.sum(1), decomposer(images)[0]) < 1e-12


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("vit", {17}), ("dinov2-registers", {9}), ("swin", {64, 16}), ("maxvit", {64, 16})],
)
def test_a_head_has_as_many_tokens_as_its_attention_reads(kind: str, counts: set[int]) -> None:
    """Patches of a picture's side over the patch's, and prefix tokens; positions of maps."""
    of = Decomposer(shared(kind))
    tokens = dict(zip([part.name for part in of.components], tokens_of(of).tolist(), strict=True))
    assert {tokens[part.name] for part in of.components if part.kind == "head"} == counts
    assert {tokens[part.name] for part in of.components if part.kind != "head"} == {1}


def walk(of: Encoder, images: Tensor, first: int) -> Entries:
    """The entries of the class token: a list that grows at sums, is split at products and heads, and shares biases."""
    x = stream(of, images, first)
    entries = [x[:, 0]]
    for block in list(of.backbone.blocks)[first:]:
        attention = block.attn
        weights, values = attended(attention, block.norm1(x))
        split = (weights[:, :, 0, :, None] * values).flatten(1, 2)  # [B, H·T, head width]
        count = split.shape[1]
        heads = attention.proj.weight.unflatten(1, (attention.num_heads, -1)).unbind(1)
        written = [split[:, number] @ heads[number * len(heads) // count].T for number in range(count)]
        entries += [entry + attention.proj.bias / count for entry in written]
        x = x + attention(block.norm1(x))
        mlp = block.mlp(block.norm2(x))
        entries.append(mlp[:, 0])
        x = x + mlp
    return layer_norm(entries, of.backbone.norm)


def stream(of: Encoder, images: Tensor, first: int) -> Tensor:
    taken: list[Tensor] = []
    handle = of.backbone.blocks[first].register_forward_pre_hook(lambda _block, args: taken.append(args[0]))
    of(images)
    handle.remove()
    return taken[0]


def attended(attention: torch.nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Attention weights [B, H, T, T] and values [B, H, T, head width]."""
    queries, keys, values = attention.qkv(x).unflatten(2, (3, attention.num_heads, -1)).permute(2, 0, 3, 1, 4)
    return (queries @ keys.transpose(-1, -2) * attention.scale).softmax(-1), values


def layer_norm(entries: Entries, norm: torch.nn.LayerNorm) -> Entries:
    whole = sum(entries)
    scale = (whole.var(-1, correction=0, keepdim=True) + norm.eps).rsqrt() * norm.weight
    constant = norm.bias - scale * whole.mean(-1, keepdim=True)
    return [scale * entry + constant / len(entries) for entry in entries]
