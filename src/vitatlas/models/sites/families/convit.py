"""ConViT: the class token enters only behind the blocks of gated positional attention."""

from __future__ import annotations

from typing import Any

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.convit import GPSA

from vitatlas.models.sites.layouts import Grid, Heads, Tokens
from vitatlas.models.sites.patterns import Pattern
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.transformer import by_one_drop_path, fused_projection, head_out, norm, prenorm
from vitatlas.models.sites.unit import Site, Sites, Unit
from vitatlas.models.sites.views import heads


def units(convit: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, and its blocks."""
    grid = convit.patch_embed.grid_size

    def whole() -> Sites:
        return {"embed": Site(Input(convit.blocks[0]), Tokens(0)), **norm("norm", convit.norm, Tokens())}

    return [Unit("", whole, grid, 1), *(_unit(convit, number, grid) for number in range(len(convit.blocks)))]


def _unit(convit: Any, number: int, grid: Grid) -> Unit:
    block = convit.blocks[number]
    prefix = int(number >= convit.local_up_to_layer)
    return Unit(f"block.{number}", lambda: _sites(block), grid, prefix, 0, number, "mlp.act")


def _sites(block: Any) -> Sites:
    attention = {
        **_projections(block.attn),
        "attn.pattern": Site(Pattern(block.attn), None),
        **head_out(block.attn, Heads()),
    }
    return prenorm(block, attention, Tokens(), adds=by_one_drop_path(block))


def _projections(attention: Any) -> Sites:
    """Gated positional attention projects values apart from queries and keys."""
    if not isinstance(attention, GPSA):
        return fused_projection(attention, Heads())
    count = attention.num_heads
    return {
        "attn.q": Site(Output(attention.qk, heads(count, chunk=0, chunks=2)), Heads()),
        "attn.k": Site(Output(attention.qk, heads(count, chunk=1, chunks=2)), Heads()),
        "attn.v": Site(Output(attention.v, heads(count)), Heads()),
    }
