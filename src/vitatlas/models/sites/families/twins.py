"""Twins: attention within groups of tokens, or to keys and values of a coarser grid.

A convolution puts positions into the stream behind the first block of each stage.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.twins import LocallyGroupedAttn

from vitatlas.models.sites.layouts import Grid, Heads, Tokens, Windows
from vitatlas.models.sites.patterns import Pattern
from vitatlas.models.sites.taps import Input, Output
from vitatlas.models.sites.transformer import fused_projection, head_out, norm, prenorm
from vitatlas.models.sites.unit import Site, Sites, Unit
from vitatlas.models.sites.views import heads, joined


def units(twins: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, its stages and their blocks."""
    grids: list[Grid] = []
    rows, columns = image or twins.patch_embeds[0].img_size
    for embedding in twins.patch_embeds:
        rows, columns = rows // embedding.patch_size[0], columns // embedding.patch_size[1]
        grids.append((rows, columns))

    def whole() -> Sites:
        return {"embed": Site(Input(twins.blocks[0][0]), Tokens()), **norm("norm", twins.norm, Tokens())}

    found = [Unit("", whole, grids[-1])]
    for stage, blocks in enumerate(twins.blocks):
        if stage:
            merging = partial(norm, "norm", twins.patch_embeds[stage].norm, Tokens())
            found.append(Unit(f"stage.{stage}", merging, grids[stage], stage=stage))
        for number, block in enumerate(blocks):
            position = None if number else twins.pos_block[stage]
            sites = partial(_sites, block, position)
            found.append(Unit(f"stage.{stage}.block.{number}", sites, grids[stage], 0, stage, number, "mlp.act"))
    return found


def _sites(block: Any, position: Any | None) -> Sites:
    attention = _grouped if isinstance(block.attn, LocallyGroupedAttn) else _sub_sampled
    sites = prenorm(block, attention(block.attn), Tokens())
    return sites if position is None else {**sites, "pos.out": Site(Output(position), Tokens())}


def _grouped(attention: Any) -> Sites:
    """Queries, keys, values and weights in windows; the heads' outputs are back in rows when they are joined."""
    return {
        **fused_projection(attention, Windows((attention.ws, attention.ws)), token_dims=2),
        "attn.pattern": Site(Pattern(attention, joined(2)), None),
        **head_out(attention, Heads()),
    }


def _sub_sampled(attention: Any) -> Sites:
    count, coarse = attention.num_heads, Heads(attention.sr_ratio)
    return {
        "attn.q": Site(Output(attention.q, heads(count)), Heads()),
        "attn.k": Site(Output(attention.kv, heads(count, chunk=0, chunks=2)), coarse),
        "attn.v": Site(Output(attention.kv, heads(count, chunk=1, chunks=2)), coarse),
        "attn.pattern": Site(Pattern(attention), None),
        **head_out(attention, Heads()),
    }
