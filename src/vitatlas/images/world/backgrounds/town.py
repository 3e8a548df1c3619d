"""City."""

from __future__ import annotations

import numpy as np

from vitatlas.images.world.backgrounds.canvas import UNITS, Canvas, vary

WALLS = ((104, 98, 118), (84, 88, 100), (126, 112, 116), (98, 106, 112), (72, 70, 84))


def city(canvas: Canvas) -> None:
    """Two rows of tall houses with lit windows, under a grey sky, and a street."""
    rng = canvas.rng
    canvas.gradient(vary(rng, (158, 172, 190)), vary(rng, (220, 206, 196)))
    _houses(canvas, 3, 17, far=True)
    _houses(canvas, 14, 34, far=False)
    canvas.polygon([(0, 60), (UNITS, 60), (UNITS, UNITS), (0, UNITS)], vary(rng, (62, 62, 68), 5))
    for x in np.arange(rng.uniform(-6, 0), UNITS, 9):
        canvas.line([(x, 62), (x + 4.5, 62)], (226, 220, 190), 0.7)


def _houses(canvas: Canvas, highest: float, lowest: float, *, far: bool) -> None:
    rng, left = canvas.rng, canvas.rng.uniform(-7, -1)
    while left < UNITS:
        columns = int(rng.integers(2, 5))
        right, top = left + 3.6 * columns + 1.2, rng.uniform(highest, lowest)
        wall = vary(rng, WALLS[rng.integers(len(WALLS))], 6)
        canvas.polygon([(left, top), (right, top), (right, UNITS), (left, UNITS)], _hazy(wall) if far else wall)
        canvas.line([(left, top), (right, top)], (52, 50, 60), 0.8)
        for x in left + 1.2 + 3.6 * np.arange(columns):
            for y in np.arange(top + 2.5, 58, 4.8):
                lit = rng.random() < 0.5
                color = vary(rng, (252, 222, 124) if lit else (54, 56, 72), 8)
                canvas.polygon([(x, y), (x + 2.1, y), (x + 2.1, y + 2.8), (x, y + 2.8)], color)
        left = right + rng.uniform(0, 1.2)


def _hazy(wall: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = ((channel + 190) // 2 for channel in wall)
    return red, green, blue
