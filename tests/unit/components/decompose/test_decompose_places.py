"""Token shares lie at the places of their tokens: windows, shifts, padding and grids are undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import torch
from attention_parts import grid_of, values_of
from decomposed import SPLIT, direction, encoder, half_of, heads_of, images_of
from torch import Tensor

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.models.encoder import Encoder


@torch.no_grad()
@pytest.mark.parametrize("kind", SPLIT)
def test_a_change_of_one_cell_of_what_a_block_reads_changes_the_share_of_that_cell_alone(kind: str) -> None:
    """With attention weights, and what follows, as they were."""
    of = encoder(kind)
    images, g = images_of(of), direction(of)
    decomposer = Decomposer(of)
    for part, numbers in heads_of(decomposer).items():
        directions = dict.fromkeys(numbers, g)
        before = token_shares(decomposer, images, directions)
        rows, columns = grid_of(of, part)
        for cell in {(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 3), (rows // 4, columns - 2)}:
            with _changed(of, images, part, cell):
                after = token_shares(decomposer, images, directions)
            for number in numbers:
                difference = (after[number].maps - before[number].maps).abs()
                size = float(before[number].maps.abs().max())
                at_cell = difference[:, cell[0], cell[1]].clone()
                difference[:, cell[0], cell[1]] = 0
                assert float(difference.max()) < 1e-12 * size
                assert float(at_cell.min()) > 1e-6 * size
                assert float((after[number].rest - before[number].rest).abs().max()) < 1e-11 * size


@contextmanager
def _changed(of: Encoder, images: Tensor, part: str, cell: tuple[int, int]) -> Iterator[None]:
    """Another token at one cell of what attention reads; its queries, keys and output stay as they were."""
    half = half_of(of.backbone, part)
    kept: dict[str, Tensor] = {}
    with ExitStack() as recording:
        for name in ("qkv", "proj"):
            keep = lambda _module, _args, output, name=name: kept.update({name: output})  # noqa: E731
            recording.callback(getattr(half.attn, name).register_forward_hook(keep).remove)
        of(images)

    def another(_module: Any, _args: Any, output: Tensor) -> Tensor:
        changed = output.clone()
        _cell(changed, of, cell)[:] += torch.linspace(-1, 1, output.shape[-1]).to(output)
        return changed

    def values_only(_module: Any, _args: Any, output: Tensor) -> Tensor:
        mixed = kept["qkv"].clone()
        values_of(half.attn, mixed)[:] = values_of(half.attn, output)
        return mixed

    with ExitStack() as changing:
        changing.callback(half.norm1.register_forward_hook(another).remove)
        changing.callback(half.attn.qkv.register_forward_hook(values_only).remove)
        changing.callback(half.attn.proj.register_forward_hook(lambda *_: kept["proj"]).remove)
        yield


def _cell(tokens: Tensor, of: Encoder, cell: tuple[int, int]) -> Tensor:
    """One patch of tokens [B, T, C] or of a map [B, rows, columns, C]."""
    if tokens.ndim == 4:
        return tokens[:, cell[0], cell[1]]
    across = of.backbone.patch_embed.grid_size[1]
    return tokens[:, of.backbone.num_prefix_tokens + cell[0] * across + cell[1]]
