"""The policy `uniform` against the paper's recursion: a list of entries, walked through every later node.

Rules of its Algorithms 1 and 2 and its appendix D: a sum puts two lists side by side; a linear node acts on each entry,
and each gets its part of the bias, the bias over the number of entries; a norm is linear with frozen statistics, and
its mean is shared likewise. Attention, MLPs and the stream where the walk begins are leaves.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
import torch
from decomposed import encoder, images_of, relative
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import pad

from vitatlas.components.decompose import Decomposer
from vitatlas.models.encoder import Encoder

# isort: split
from timm.models import maxxvit
from timm.models.swin_transformer import window_reverse

Entries = list[Tensor]


@torch.no_grad()
@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["vit", "clip", "dinov2", "no-proj-bias"]),
    st.sampled_from([1, 2, 3, 4, 6]),
    st.integers(0, 1),
    st.integers(0, 9),
)
def test_plain_transformers(kind: str, heads: int, first: int, seed: int) -> None:
    of = encoder(kind, seed=seed, depth=2, num_heads=heads)
    images, blocks = images_of(of), list(of.backbone.blocks)
    with Kept(of, images) as kept:
        z = of(images)
    entries = [kept.taken(blocks[first])]
    for block in blocks[first:]:
        layer_scale = getattr(block.ls1, "gamma", torch.ones(()))
        written = linear(split_heads(kept.taken(block.attn.proj), heads), block.attn.proj.weight, block.attn.proj.bias)
        entries = [*entries, *(layer_scale * entry for entry in written), kept.given(block.drop_path2)]
    entries = [entry[:, 0] for entry in layer_norm(entries, of.backbone.norm)]
    if of.entry.encoder.readout == "projected":
        entries = linear(entries, of.backbone.head.weight, of.backbone.head.bias)
        entries = [entry / sum(entries).norm(dim=1, keepdim=True) for entry in entries]
    check(of, f"block.{first}", entries, z, images)


@torch.no_grad()
@pytest.mark.parametrize("kind", ["swin", "swin-padded"])
@pytest.mark.parametrize("start", ["stage.0.block.0", "stage.0.block.1", "stage.1.block.0", "stage.1.block.1"])
def test_swin_through_patch_merging(kind: str, start: str) -> None:
    of = encoder(kind)
    images, entries = images_of(of), []
    with Kept(of, images) as kept:
        z = of(images)
    for stage, layer in enumerate(of.backbone.layers):
        if entries:
            entries = merge(entries, layer.downsample)
        for number, block in enumerate(layer.blocks):
            if f"stage.{stage}.block.{number}" == start:
                entries = [kept.taken(block)]
            if entries:
                entries = swin_block(entries, block, kept)
    entries = [entry.mean((1, 2)) for entry in layer_norm(entries, of.backbone.norm)]
    check(of, start, entries, z, images)


@torch.no_grad()
@pytest.mark.parametrize("kind", ["maxvit", "maxvit-layer-scale", "maxvit-rw", "maxvit-overlapping-pools"])
@pytest.mark.parametrize("start", ["stage.0.block.0", "stage.1.block.0", "stage.1.block.1"])
def test_maxvit_through_pooled_shortcuts(kind: str, start: str) -> None:
    of = encoder(kind)
    images, entries = images_of(of), []
    with Kept(of, images) as kept:
        z = of(images)
    for stage, layer in enumerate(of.backbone.stages):
        for number, block in enumerate(layer.blocks):
            if f"stage.{stage}.block.{number}" == start:
                entries = [kept.taken(block.conv).permute(0, 2, 3, 1)]
            if entries:
                entries = maxvit_block(entries, block, kept)
    if hasattr(of.backbone.norm, "weight"):
        entries = layer_norm(entries, of.backbone.norm)
    check(of, start, [entry.mean((1, 2)) for entry in entries], z, images)


def check(of: Encoder, start: str, entries: Entries, z: Tensor, images: Tensor) -> None:
    decomposer = Decomposer(of, start, "uniform")
    vectors = decomposer(images)[1]
    walked = torch.stack(entries, dim=1)
    assert relative(walked.sum(1) - z, z) < 1e-12
    assert vectors.shape == walked.shape
    assert relative(vectors - walked, walked) < 1e-12
    separate = Decomposer(of, start)(images)[1][:, :-1]
    assert relative(separate - walked, walked) > 1e-3  # the policies can be told apart here


class Kept:
    """All that modules take and give in the forward passes within."""

    def __init__(self, of: Encoder, images: Tensor):
        self._modules, self._stack = list(of.backbone.modules()), ExitStack()
        self._seen: dict[Any, tuple[Tensor, Tensor]] = {}

    def __enter__(self) -> Kept:
        for module in self._modules:
            keep = lambda part, args, output: self._seen.update({part: (args[0], output)})  # noqa: E731
            self._stack.callback(module.register_forward_hook(keep).remove)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def taken(self, module: Any) -> Tensor:
        return self._seen[module][0]

    def given(self, module: Any) -> Tensor:
        return self._seen[module][1]


def linear(entries: Entries, weight: Tensor, bias: Tensor | None) -> Entries:
    share = 0 if bias is None else bias / len(entries)
    return [entry @ weight.T + share for entry in entries]


def layer_norm(entries: Entries, norm: Any) -> Entries:
    whole = sum(entries)
    mean, scale = whole.mean(-1, keepdim=True), (whole.var(-1, correction=0, keepdim=True) + norm.eps).rsqrt()
    return [norm.weight * scale * (entry - mean / len(entries)) + norm.bias / len(entries) for entry in entries]


def split_heads(value: Tensor, heads: int) -> Entries:
    """As many entries as heads, each zero outside its head's channels."""
    width = value.shape[-1] // heads
    found = [torch.zeros_like(value) for _ in range(heads)]
    for head, entry in enumerate(found):
        entry[..., head * width : (head + 1) * width] = value[..., head * width : (head + 1) * width]
    return found


def swin_block(entries: Entries, block: Any, kept: Kept) -> Entries:
    proj = block.attn.proj
    written = linear(split_heads(kept.taken(proj), block.attn.num_heads), proj.weight, proj.bias)
    rows, columns = block.input_resolution
    (high, wide), shift = block.window_size, block.shift_size
    whole = (-(-rows // high) * high, -(-columns // wide) * wide)
    maps = [window_reverse(entry.unflatten(1, (high, wide)), (high, wide), *whole) for entry in written]
    maps = [entry[:, :rows, :columns].roll(tuple(shift), (1, 2)) for entry in maps]
    return [*entries, *maps, kept.given(block.drop_path2).unflatten(1, (rows, columns))]


def merge(entries: Entries, merging: Any) -> Entries:
    found = []
    for entry in entries:
        even = pad(entry, (0, 0, 0, entry.shape[2] % 2, 0, entry.shape[1] % 2))
        corners = [even[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
        found.append(torch.cat(corners, dim=-1))
    return linear(layer_norm(found, merging.norm), merging.reduction.weight, None)


def maxvit_block(entries: Entries, block: Any, kept: Kept) -> Entries:
    found = pooled(entries, block.conv.shortcut)
    found = [*found, kept.given(block.conv.drop_path).permute(0, 2, 3, 1)]
    for half in (block.attn_block, block.attn_grid):
        proj, size = half.attn.proj, list(half.partition_size)
        written = linear(split_heads(kept.taken(proj), half.attn.num_heads), proj.weight, proj.bias)
        reverse = maxxvit.window_reverse if half.partition_block else maxxvit.grid_reverse
        layer_scale, sides = getattr(half.ls1, "gamma", 1), list(found[0].shape[1:3])
        maps = [layer_scale * reverse(entry, size, sides) for entry in written]
        found = [*found, *maps, kept.given(half.drop_path2)]
    return found


def pooled(entries: Entries, shortcut: Any) -> Entries:
    if not hasattr(shortcut, "pool"):
        return entries
    found = [shortcut.pool(entry.permute(0, 3, 1, 2)).permute(0, 2, 3, 1) for entry in entries]
    expand = shortcut.expand
    return linear(found, expand.weight.flatten(1), expand.bias) if hasattr(expand, "weight") else found
