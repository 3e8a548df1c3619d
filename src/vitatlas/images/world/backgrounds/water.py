"""Sea and pond."""

from __future__ import annotations

import numpy as np

from vitatlas.images.world.backgrounds.canvas import UNITS, Canvas, vary


def sea(canvas: Canvas) -> None:
    """A horizon below a pale sky, and waves that grow towards the shore."""
    rng, horizon = canvas.rng, canvas.rng.uniform(14, 26)
    canvas.gradient(vary(rng, (206, 226, 240)), vary(rng, (250, 240, 220)), 0, horizon)
    canvas.gradient(vary(rng, (20, 74, 150), 8), vary(rng, (36, 128, 204), 8), horizon)
    y = horizon + 1.5
    while y < UNITS:
        depth = (y - horizon) / (UNITS - horizon)
        for x in rng.uniform(-4, UNITS + 4, 6):
            color = vary(rng, (232, 244, 252) if rng.random() < 0.45 else (96, 172, 232), 8)
            _wave(canvas, x, y + rng.uniform(-0.6, 0.6), 3 + 4 * depth, 0.3 + 1.3 * depth, color, 0.5 + 0.7 * depth)
        y += 1.8 + 4.2 * depth


def _wave(canvas: Canvas, x: float, y: float, half: float, high: float, color: tuple, width: float) -> None:
    t = np.linspace(-1, 1, 13)
    canvas.line(np.stack([x + half * t, y - high * np.cos(np.pi * t)], 1), color, width)


def pond(canvas: Canvas) -> None:
    """Green water with rings, lily pads and their flowers."""
    rng = canvas.rng
    canvas.gradient(vary(rng, (38, 110, 112), 8), vary(rng, (24, 88, 96), 8))
    canvas.mottle((60, 140, 130), (6, 5), 0.4)
    x, y = rng.uniform(10, 54, 2)
    light = vary(rng, (118, 182, 176), 8)
    for radius in np.arange(4, 64, 8.5) + rng.uniform(0, 3):
        canvas.ring(x, y, radius, radius * 0.72, light, 0.9)
    for x, y in _spread(rng, 7):
        _pad(canvas, x, y, rng.uniform(3.6, 5.4))


def _spread(rng: np.random.Generator, number: int) -> np.ndarray:
    """Points [number, 2] that keep apart: one each in cells of a lattice of 3 x 3."""
    cells = rng.permutation(9)[:number]
    return (np.stack([cells % 3, cells // 3], 1) + rng.uniform(0.15, 0.85, (number, 2))) * UNITS / 3


def _pad(canvas: Canvas, x: float, y: float, size: float) -> None:
    rng = canvas.rng
    notch = rng.uniform(0, 360)
    canvas.wedge(x, y + 0.6, size, size * 0.66, (16, 66, 62), notch + 22, notch + 338)
    canvas.wedge(x, y, size, size * 0.66, vary(rng, (84, 170, 62)), notch + 22, notch + 338)
    if rng.random() < 0.45:
        for angle in np.linspace(0, 2 * np.pi, 6)[:-1]:
            canvas.ellipse(x + 1.3 * np.cos(angle), y - 0.8 + np.sin(angle), 1.1, 0.9, (246, 150, 196))
        canvas.ellipse(x, y - 0.8, 0.8, 0.7, (252, 226, 130))
