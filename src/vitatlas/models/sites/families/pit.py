"""PiT: stages of plain blocks, with a pooling convolution between them."""

from __future__ import annotations

from typing import Any

from vitatlas.models.sites.families.plain import transformer_unit
from vitatlas.models.sites.layouts import Grid, Tokens
from vitatlas.models.sites.taps import Input
from vitatlas.models.sites.transformer import norm
from vitatlas.models.sites.unit import Site, Sites, Unit


def units(pit: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, and its blocks."""
    grid, prefix = pit.patch_embed.grid_size, pit.num_tokens

    def whole() -> Sites:
        first = pit.transformers[0].blocks[0]
        return {"embed": Site(Input(first), Tokens()), **norm("norm", pit.norm, None)}  # of the prefix tokens alone

    found = [Unit("", whole, grid, prefix)]
    for stage, transformer in enumerate(pit.transformers):
        if transformer.pool is not None:
            grid = _pooled(grid, transformer.pool.conv)
        found += [
            transformer_unit(f"stage.{stage}.block.{number}", block, grid, prefix, number, stage)
            for number, block in enumerate(transformer.blocks)
        ]
    return found


def _pooled(grid: Grid, conv: Any) -> Grid:
    rows, columns = (
        (side + 2 * padding - kernel) // stride + 1
        for side, padding, kernel, stride in zip(grid, conv.padding, conv.kernel_size, conv.stride, strict=True)
    )
    return rows, columns
