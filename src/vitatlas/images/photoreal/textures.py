"""Table tops and surroundings, computed: linear RGB from a seed and a few colours, nothing loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Color = tuple[float, float, float]


def noise(side: int, cells: int, rng: np.random.Generator, *, octaves: int = 1, stretch: int = 1) -> Image:
    """Smooth noise that tiles, about 0 to 1, [side, side].

    Args:
        cells: Random values per side of the coarsest octave; each further octave has twice as many, half as strong.
        stretch: How many times longer than wide its grains are, along the second axis.
    """
    total, weight = np.zeros((side, side), np.float32), 0.0
    for octave in range(octaves):
        rows = min(cells << octave, side)
        values = rng.random((rows, max(1, rows // stretch)), np.float32)
        total += _enlarged(values, side) / 2**octave
        weight += 2.0**-octave
    return total / np.float32(weight)


def _enlarged(values: Image, side: int) -> Image:
    """Values of a grid that tiles, interpolated to [side, side]."""
    for axis in (0, 1):
        count = values.shape[axis]
        place = np.arange(side) * count / side
        low = place.astype(int)
        share = (place - low).astype(np.float32)
        share = share * share * (3 - 2 * share)
        share = share[:, None] if axis == 0 else share
        near, far = values.take(low, axis), values.take((low + 1) % count, axis)
        values = near + share * (far - near)
    return values


def _mixed(share: NDArray[Any], first: Color, second: Color) -> Image:
    share = np.clip(share, 0, 1).astype(np.float32)[..., None]
    return (1 - share) * np.array(first, np.float32) + share * np.array(second, np.float32)


def wood(side: int, first: Color, second: Color, rng: np.random.Generator) -> Image:
    """Boards side by side, each with its own shade and grain."""
    boards = 8
    grain = noise(side, 64, rng, octaves=2, stretch=16)
    waves = noise(side, 8, rng, octaves=2, stretch=4)
    board = np.arange(side) * boards // side
    rings = np.sin(2 * np.pi * (6 * waves + rng.random(boards)[board][:, None]))
    share = 0.35 + 0.25 * rings + 0.5 * (grain - 0.5) + 0.3 * (rng.random(boards)[board][:, None] - 0.5)
    gap = (np.arange(side) * boards % side) < boards * max(1, side // 256)
    return _mixed(share, first, second) * np.where(gap, 0.35, 1.0).astype(np.float32)[:, None, None]


def marble(side: int, first: Color, second: Color, rng: np.random.Generator) -> Image:
    """Veins through cloudy stone."""
    turbulence = noise(side, 4, rng, octaves=5)
    across = np.add.outer(np.arange(side), np.arange(side)) / side
    veins = np.abs(np.sin(np.pi * (2 * across + 5 * turbulence)))
    share = 0.75 * (1 - veins) ** 4 + 0.25 * noise(side, 6, rng, octaves=4)
    return _mixed(share, first, second)


def checker(side: int, first: Color, second: Color, rng: np.random.Generator) -> Image:
    """Square tiles of two colours, a little uneven, with joints."""
    tiles = 12
    tile = np.arange(side) * tiles // side
    odd = np.add.outer(tile, tile) % 2
    joint = (np.arange(side) * tiles % side) < tiles * max(1, side // 200)
    shade = 0.85 + 0.3 * (noise(side, 12, rng, octaves=4) - 0.5) + 0.1 * rng.random((tiles, tiles))[tile][:, tile]
    shade = np.where(joint[:, None] | joint[None], 0.5, shade)
    return _mixed(odd, first, second) * shade.astype(np.float32)[..., None]


def cloth(side: int, first: Color, second: Color, rng: np.random.Generator) -> Image:
    """A woven fabric with broad stripes in both directions."""
    stripes = 22
    band = (rng.random(stripes) < 0.4)[np.arange(side) * stripes // side]
    share = np.add.outer(0.5 * band, 0.5 * band).astype(np.float32)
    thread = np.sin(np.arange(side) * 2 * np.pi / 4)
    weave = 0.9 + 0.1 * np.outer(thread, np.roll(thread, 1)) + 0.2 * (noise(side, 48, rng, octaves=2) - 0.5)
    return _mixed(share, first, second) * weave.astype(np.float32)[..., None]


TABLES: dict[str, Callable[[int, Color, Color, np.random.Generator], Image]] = {
    "wood": wood,
    "marble": marble,
    "checker": checker,
    "cloth": cloth,
}

COLORS: dict[str, list[tuple[Color, Color]]] = {
    "wood": [
        ((0.42, 0.22, 0.09), (0.2, 0.085, 0.03)),
        ((0.6, 0.42, 0.24), (0.38, 0.22, 0.1)),
        ((0.14, 0.06, 0.03), (0.05, 0.022, 0.012)),
        ((0.5, 0.43, 0.34), (0.28, 0.23, 0.17)),
    ],
    "marble": [
        ((0.78, 0.76, 0.73), (0.25, 0.26, 0.28)),
        ((0.06, 0.065, 0.07), (0.5, 0.48, 0.42)),
        ((0.2, 0.32, 0.25), (0.65, 0.7, 0.62)),
        ((0.62, 0.47, 0.36), (0.3, 0.16, 0.1)),
    ],
    "checker": [
        ((0.72, 0.7, 0.66), (0.06, 0.06, 0.065)),
        ((0.66, 0.6, 0.5), (0.34, 0.12, 0.06)),
        ((0.6, 0.66, 0.7), (0.1, 0.2, 0.34)),
    ],
    "cloth": [
        ((0.7, 0.68, 0.62), (0.5, 0.06, 0.06)),
        ((0.12, 0.2, 0.36), (0.55, 0.58, 0.62)),
        ((0.62, 0.55, 0.42), (0.32, 0.36, 0.22)),
        ((0.34, 0.33, 0.33), (0.16, 0.16, 0.17)),
    ],
}
"""Pairs of colours that the tables of each kind are made in."""

BACKGROUNDS = ("gradient", "noise", "room")

WALLS: list[tuple[Color, Color]] = [
    ((0.75, 0.72, 0.66), (0.3, 0.27, 0.23)),
    ((0.5, 0.6, 0.7), (0.16, 0.2, 0.28)),
    ((0.6, 0.66, 0.55), (0.18, 0.22, 0.14)),
    ((0.7, 0.5, 0.4), (0.25, 0.13, 0.1)),
    ((0.45, 0.43, 0.5), (0.12, 0.11, 0.16)),
]


def background(kind: str, side: int, first: Color, second: Color, rng: np.random.Generator) -> Image:
    """Surroundings as a panorama [side, 2 * side, 3]: the top row is above, the middle one the horizon.

    Args:
        kind: "gradient", from `first` above to `second` below; "noise", blurred patches of both; "room", plain walls
            with bright windows that shiny things reflect.
    """
    height = np.linspace(0, 1, side, dtype=np.float32)[:, None]
    around = np.linspace(0, 1, 2 * side, endpoint=False, dtype=np.float32)[None]
    share = np.broadcast_to(height, (side, 2 * side))
    if kind == "noise":
        patches = noise(2 * side, 12, rng, octaves=3)[:side]
        share = np.clip(2.2 * (patches - 0.5) + 0.5, 0, 1)
    picture = _mixed(share, first, second)
    if kind == "room":
        panes = (np.abs((around * 5 + rng.random()) % 1 - 0.5) < 0.22) & (np.abs(height - 0.36) < 0.1)
        picture = np.where(panes[..., None], 1.6, picture * (0.9 + 0.2 * (noise(2 * side, 8, rng)[:side, :, None])))
    return picture.astype(np.float32)
