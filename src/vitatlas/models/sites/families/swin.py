"""Swin: attention in windows, shifted in every second block; the feed-forward half sees tokens row by row."""

from __future__ import annotations

from functools import partial
from typing import Any

from vitatlas.models.sites.layouts import ChannelsLast, Grid, Tokens, Windows
from vitatlas.models.sites.patterns import Pattern
from vitatlas.models.sites.taps import Input
from vitatlas.models.sites.transformer import fused_projection, head_out, norm, prenorm
from vitatlas.models.sites.unit import Site, Sites, Unit


def units(swin: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, its stages and their blocks."""

    def whole() -> Sites:
        first = swin.layers[0].blocks[0]
        return {"embed": Site(Input(first), ChannelsLast()), **norm("norm", swin.norm, ChannelsLast())}

    found = [Unit("", whole, _grid(swin.layers[-1].blocks[0]))]
    for stage, layer in enumerate(swin.layers):
        if stage:
            merging = partial(norm, "norm", layer.downsample.norm, ChannelsLast())
            found.append(Unit(f"stage.{stage}", merging, _grid(layer.blocks[0]), stage=stage))
        for number, block in enumerate(layer.blocks):
            name, sites = f"stage.{stage}.block.{number}", partial(_sites, block)
            found.append(Unit(name, sites, _grid(block), 0, stage, number, "mlp.act"))
    return found


def _grid(block: Any) -> Grid:
    rows, columns = block.input_resolution
    return rows, columns


def _sites(block: Any) -> Sites:
    windows = Windows(tuple(block.window_size), tuple(block.shift_size))
    attention = {
        **fused_projection(block.attn, windows),
        "attn.pattern": Site(Pattern(block.attn), None),
        **head_out(block.attn, windows),
    }
    return prenorm(block, attention, ChannelsLast(), second=Tokens())
