"""A plain baseline of the decomposition: the paper's recursion as it is written, for `decompose.py`.

Every entry has the full shape of the residual stream and goes through every later node by itself; heads are zero
outside their channels, and go through the whole output projection. Constants are shared by the entries that a node has.
What attention, MLPs and convolutions compute is taken from a forward pass.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear, pad

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.models.encoder import Encoder

# isort: split
from timm.models.maxxvit import grid_reverse
from timm.models.swin_transformer import window_reverse

Entries = list[Tensor]


def walk(encoder: Encoder, images: Tensor, start: str) -> Tensor:
    """Components from block `start` on, [B, components, d], of timm's VisionTransformer, Swin or MaxViT."""
    network = encoder.backbone
    blocks = blocks_of(network)
    names = list(blocks)
    wanted = [blocks[name] for name in names[names.index(start) :]]
    with Seen([part for block in wanted for part in leaves(block)]) as seen:
        encoder(images)
    entries: Entries = []
    for block in wanted:
        entries = WALKS[type(network).__name__](entries, block, network, seen)
    if isinstance(network.norm, nn.LayerNorm):
        entries = layer_norm(entries, network.norm)
    return torch.stack([readout(entry) for entry in entries], dim=1)


def blocks_of(network: Any) -> dict[str, Any]:
    """Blocks by the names of parts of the residual path."""
    if hasattr(network, "blocks"):
        return {f"block.{number}": block for number, block in enumerate(network.blocks)}
    stages = network.layers if hasattr(network, "layers") else network.stages
    return {f"stage.{s}.block.{b}": block for s, stage in enumerate(stages) for b, block in enumerate(stage.blocks)}


def leaves(block: Any) -> list[nn.Module]:
    """The modules of a block whose inputs or outputs the walk needs."""
    halves = [block.attn_block, block.attn_grid] if hasattr(block, "conv") else [block]
    first = [block.conv, block.conv.drop_path] if hasattr(block, "conv") else [block]
    return first + [part for half in halves for part in (half.attn.proj, half.drop_path2)]


class Seen:
    """What modules take and give in the forward passes within."""

    def __init__(self, modules: list[nn.Module]):
        self._modules, self._stack = modules, ExitStack()
        self.taken: dict[nn.Module, Tensor] = {}
        self.given: dict[nn.Module, Tensor] = {}

    def __enter__(self) -> Seen:
        for module in self._modules:
            self._stack.callback(module.register_forward_hook(self._keep).remove)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _keep(self, module: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        self.taken[module], self.given[module] = args[0], output


def plain_block(entries: Entries, block: Any, _network: Any, seen: Seen) -> Entries:
    """Tokens [B, T, C]."""
    entries = entries or [seen.taken[block]]
    return [*entries, *heads(block.attn, seen), seen.given[block.drop_path2]]


def swin_block(entries: Entries, block: Any, network: Any, seen: Seen) -> Entries:
    """Maps [B, rows, columns, C]; a stage's first block is behind the patch merging."""
    for stage in network.layers:
        if entries and block is stage.blocks[0]:
            entries = [beside(entry) for entry in entries]
            merging = stage.downsample
            entries = [merging.reduction(entry) for entry in layer_norm(entries, merging.norm)]
    entries = entries or [seen.taken[block]]
    size, (rows, columns) = block.window_size, block.input_resolution
    maps = [window_reverse(entry.unflatten(1, size), size, rows, columns) for entry in heads(block.attn, seen)]
    maps = [entry.roll(tuple(block.shift_size), (1, 2)) for entry in maps]
    return [*entries, *maps, seen.given[block.drop_path2].unflatten(1, (rows, columns))]


def maxvit_block(entries: Entries, block: Any, _network: Any, seen: Seen) -> Entries:
    """Maps [B, rows, columns, C]."""
    entries = entries or [seen.taken[block.conv].permute(0, 2, 3, 1)]
    shortcut = block.conv.shortcut
    if not isinstance(shortcut, nn.Identity):
        entries = [shortcut.pool(entry.permute(0, 3, 1, 2)) for entry in entries]
        if isinstance(shortcut.expand, nn.Conv2d):
            bias = shortcut.expand.bias / len(entries)
            entries = [conv2d(entry, shortcut.expand.weight, bias) for entry in entries]
        entries = [entry.permute(0, 2, 3, 1) for entry in entries]
    written = seen.given[block.conv.drop_path].permute(0, 2, 3, 1)
    entries = [*entries, written]
    for half in (block.attn_block, block.attn_grid):
        back = window_reverse if half.partition_block else grid_reverse
        maps = [back(entry, half.partition_size, *_sides(back, written)) for entry in heads(half.attn, seen)]
        entries = [*entries, *maps, seen.given[half.drop_path2]]
    return entries


WALKS = {"VisionTransformer": plain_block, "SwinTransformer": swin_block, "MaxxVit": maxvit_block}


def _sides(back: Any, whole: Tensor) -> tuple[Any, ...]:
    """Swin's function takes rows and columns, MaxViT's a pair."""
    return (whole.shape[1:3],) if back is grid_reverse else tuple(whole.shape[1:3])


def heads(attention: Any, seen: Seen) -> Entries:
    """An entry per head, zero outside its channels, through the output projection."""
    joined, projection, count = seen.taken[attention.proj], attention.proj, attention.num_heads
    width, found = joined.shape[-1] // count, []
    for head in range(count):
        entry = torch.zeros_like(joined)
        entry[..., head * width : (head + 1) * width] = joined[..., head * width : (head + 1) * width]
        found.append(linear(entry, projection.weight, projection.bias / count))
    return found


def layer_norm(entries: Entries, norm: nn.LayerNorm) -> Entries:
    """The norm with the statistics of the sum, mean and bias shared equally."""
    whole = torch.stack(entries).sum(0)
    mean, scale = whole.mean(-1, keepdim=True), (whole.var(-1, correction=0, keepdim=True) + norm.eps).rsqrt()
    return [norm.weight * scale * (entry - mean / len(entries)) + norm.bias / len(entries) for entry in entries]


def beside(entry: Tensor) -> Tensor:
    """2 × 2 neighbours in the channels."""
    even = pad(entry, (0, 0, 0, entry.shape[2] % 2, 0, entry.shape[1] % 2))
    return torch.cat([even[:, row::2, column::2] for column in (0, 1) for row in (0, 1)], dim=-1)


def readout(entry: Tensor) -> Tensor:
    """The class token, or the mean over a map."""
    return entry[:, 0] if entry.ndim == 3 else entry.mean((1, 2))
