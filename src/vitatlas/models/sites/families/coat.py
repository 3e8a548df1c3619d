"""CoaT and CoaT-Lite.

Serial blocks come one after the other, in four stages. CoaT's parallel blocks then run on the tokens of stages 1, 2
and 3 at once: attention per stage, its outputs exchanged between stages, and one feed-forward layer called for each.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from vitatlas.models.sites.layouts import Grid, Heads, Tokens
from vitatlas.models.sites.taps import Between, Input, Output, Tap, Within
from vitatlas.models.sites.transformer import by_one_drop_path, feed_forward, fused_projection, head_out, norm, prenorm
from vitatlas.models.sites.unit import Site, Sites, Unit

PARALLEL_STAGES = (1, 2, 3)
UNDEFINED = {
    "attn.pattern": "CoaT's factorised attention multiplies keys by values first, and never has weights from token to "
    "token"
}


def units(coat: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, its stages with their blocks, and its parallel blocks."""
    grids: list[Grid] = [getattr(coat, f"patch_embed{stage + 1}").grid_size for stage in range(4)]
    found = [Unit("", lambda: _whole(coat), grids[-1], 1)]
    for stage in range(4):
        embedding = getattr(coat, f"patch_embed{stage + 1}")
        if stage:
            before = partial(norm, "norm", embedding.norm, Tokens(0))  # acts before the class token is put in front
            found.append(Unit(f"stage.{stage}", before, grids[stage], 1, stage))
        found += [
            _unit(f"stage.{stage}.block.{number}", partial(_serial, block), grids[stage], stage, number)
            for number, block in enumerate(getattr(coat, f"serial_blocks{stage + 1}"))
        ]
    for number, block in enumerate(coat.parallel_blocks or ()):
        found += [
            _unit(f"parallel.{number}.stage.{stage}", partial(_parallel, block, stage), grids[stage], stage, number)
            for stage in PARALLEL_STAGES
        ]
    return found


def _unit(name: str, sites: partial[Sites], grid: Grid, stage: int, number: int) -> Unit:
    return Unit(name, sites, grid, 1, stage, number, "mlp.act", UNDEFINED)


def _whole(coat: Any) -> Sites:
    first = coat.serial_blocks1[0]
    sites = {"embed": Site(Input(first), Tokens())}
    if coat.parallel_blocks is None:
        return {**sites, **norm("norm", coat.norm4, Tokens())}
    for stage in PARALLEL_STAGES:  # the statistics are laid out on the grid of their own stage, not of the last
        sites |= norm(f"norm.{stage}", getattr(coat, f"norm{stage + 1}"), None)
    return sites


def _serial(block: Any) -> Sites:
    """The convolution `cpe` puts positions into the stream before the first norm; a stage's blocks share it."""
    sites = prenorm(block, _attention(block.factoratt_crpe), Tokens(), adds=by_one_drop_path(block))
    before = {"resid_pre": sites.pop("resid_pre"), "pos.out": Site(Within(block, 0, Output(block.cpe)), Tokens())}
    return {**before, **sites}


def _parallel(block: Any, stage: int) -> Sites:
    """timm counts stages from 1 in the names of its modules."""
    ours = stage - PARALLEL_STAGES[0]
    norm1, norm2 = getattr(block, f"norm1{stage + 1}"), getattr(block, f"norm2{stage + 1}")
    end = Output(block, item=stage)

    def call(number: int, tap: Tap) -> Tap:
        return Within(block, number, tap)

    shared = {
        name: Site(call(ours, site.tap), site.layout)
        for name, site in feed_forward(getattr(block, f"mlp{stage + 1}"), Tokens()).items()
    }
    drop = Output(block.drop_path)  # called for the attention of each stage, then for the feed-forward layer of each
    return {
        "resid_pre": Site(Input(block, item=stage), Tokens()),
        **norm("norm1", norm1, Tokens()),
        "attn.in": Site(Output(norm1), Tokens()),
        **_attention(getattr(block, f"factoratt_crpe{stage + 1}")),
        "attn.out": Site(call(ours, drop), Tokens()),
        "resid_mid": Site(Between(Input(norm2), end), Tokens()),
        **norm("norm2", norm2, Tokens()),
        **shared,
        "mlp.out": Site(call(len(PARALLEL_STAGES) + ours, drop), Tokens()),
        "resid_post": Site(end, Tokens()),
    }


def _attention(attention: Any) -> Sites:
    return {**fused_projection(attention, Heads()), **head_out(attention, Heads())}
