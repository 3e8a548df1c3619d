"""Things."""

from __future__ import annotations

import numpy as np

from vitatlas.images.world.silhouettes.pen import (
    Layer,
    body,
    curve,
    dark,
    ellipse,
    ink,
    light,
    lit,
    mirrored,
    polygon,
    shade,
    smooth,
    tube,
)


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """A rectangle."""
    return polygon((left, top), (right, top), (right, bottom), (left, bottom))


def car() -> list[Layer]:
    """A car from the side."""
    hull = polygon((2, 62), (6, 48), (24, 44), (36, 22), (70, 22), (84, 44), (97, 49), (99, 74), (2, 74))
    return [
        body(hull),
        light(polygon((34, 44), (42, 28), (52, 28), (52, 44)), polygon((58, 44), (58, 28), (68, 28), (77, 44))),
        ink(curve((55, 26), (55, 72)), width=3),
        shade(ellipse(26, 74, 13), ellipse(76, 74, 13)),
        light(ellipse(26, 74, 5), ellipse(76, 74, 5)),
    ]


def house() -> list[Layer]:
    """A house with a chimney."""
    return [
        body(box(70, 8, 82, 40)),
        body(box(16, 44, 84, 97)),
        body(polygon((50, 2), (98, 48), (2, 48))),
        dark(box(43, 68, 59, 97), box(23, 58, 38, 74), box(64, 58, 79, 74)),
        light(box(26, 61, 35, 71), box(67, 61, 76, 71)),
    ]


def boat() -> list[Layer]:
    """A sailing boat."""
    return [
        shade(tube((50, 3, 6), (50, 70, 6))),
        body(polygon((45, 6), (45, 60), (8, 60))),
        body(polygon((56, 16), (56, 60), (90, 60))),
        body(polygon((0, 70), (100, 70), (84, 95), (16, 95))),
    ]


def mug() -> list[Layer]:
    """A mug with its handle on the right."""
    return [
        body(tube((60, 34, 10), (82, 30, 10), (92, 50, 10), (82, 70, 10), (60, 72, 10))),
        body(smooth((10, 14), (38, 12), (66, 14), (67, 50), (65, 88), (38, 93), (11, 88), (9, 50))),
        light(ellipse(38, 17, 24, 4)),
        ink(curve((12, 20), (38, 25), (64, 20)), width=3),
    ]


def umbrella() -> list[Layer]:
    """An open umbrella with a crooked handle."""
    dome = [(50 + 49 * np.cos(a), 54 + 46 * np.sin(a)) for a in np.linspace(-np.pi, 0, 30)]
    hem = [(99 - 98 * t, 54 - 7 * abs(np.sin(3 * np.pi * t))) for t in np.linspace(0, 1, 31)[1:-1]]
    return [
        shade(tube((50, 0, 6), (50, 12, 6))),
        shade(tube((50, 50, 7), (50, 86, 7), (56, 96, 7), (66, 94, 7), (68, 85, 7))),
        body(polygon(*dome, *hem)),
        ink(curve((50, 9), (38, 24), (34, 54)), curve((50, 9), (62, 24), (66, 54)), width=3),
    ]


def mushroom() -> list[Layer]:
    """A mushroom with a light stem."""
    return [
        lit(smooth((38, 46), (62, 46), (62, 70), (68, 92), (50, 96), (32, 92), (38, 70))),
        body(smooth((2, 52), (8, 28), (28, 8), (50, 3), (72, 8), (92, 28), (98, 52), (76, 57), (50, 58), (24, 57))),
    ]


def plane() -> list[Layer]:
    """An aeroplane from above, its nose up."""
    wing, tail = polygon((46, 34), (0, 66), (0, 78), (46, 62)), polygon((46, 78), (24, 92), (24, 100), (50, 96))
    return [
        body(tail, mirrored(tail)),
        body(wing, mirrored(wing)),
        body(smooth((50, 0), (60, 16), (61, 50), (55, 88), (50, 100), (45, 88), (39, 50), (40, 16))),
        dark(smooth((50, 10), (57, 20), (50, 22), (43, 20))),
    ]


def star() -> list[Layer]:
    """A star with five points."""
    angles = np.pi * np.arange(10) / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2, 24, 50)
    return [body(np.stack([50 + radii * np.cos(angles), 50 + radii * np.sin(angles)], 1))]
