"""Sky and night."""

from __future__ import annotations

import numpy as np

from vitatlas.images.world.backgrounds.canvas import UNITS, Canvas, hills, vary


def sky(canvas: Canvas) -> None:
    """Blue, with white clouds that are flat below."""
    rng = canvas.rng
    canvas.gradient(vary(rng, (60, 140, 228)), vary(rng, (178, 220, 250)))
    for y in np.linspace(8, 58, rng.integers(4, 6)) + rng.uniform(-4, 4):
        _cloud(canvas, rng.uniform(2, 62), float(y), rng.uniform(0.7, 1.25))
    canvas.soften(0.35)


def _cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    rng = canvas.rng
    puffs = [(dx, rng.uniform(3.2, 5.2) * (1 - abs(dx) / 16)) for dx in np.linspace(-9, 9, 6) + rng.uniform(-1, 1, 6)]
    for color, lower, wider in (((196, 216, 238), 1.3, 1.0), ((252, 253, 255), 0.0, 0.97)):
        for dx, radius in puffs:
            canvas.ellipse(
                x + size * dx,
                y - size * (radius / 2 - lower),
                size * radius * 1.1 * wider,
                size * radius * wider,
                color,
            )
        canvas.ellipse(x, y + size * (1.2 + lower), size * 10.5, size * 2.0, color)


def night(canvas: Canvas) -> None:
    """Dark blue, with stars, a crescent moon, and hills in the dark."""
    rng = canvas.rng
    canvas.gradient(vary(rng, (10, 10, 44), 4), vary(rng, (38, 36, 96), 6))
    for x, y in rng.uniform(0, UNITS, (34, 2)):
        radius = rng.uniform(0.35, 0.6)
        canvas.ellipse(x, y, radius, radius, vary(rng, (225, 225, 245), 25))
    for x, y in rng.uniform(2, UNITS - 6, (5, 2)):
        for wide, high in ((2.0, 0.35), (0.35, 2.0), (0.8, 0.8)):
            canvas.ellipse(x, y, wide, high, (255, 250, 215))
    _moon(canvas, rng.uniform(7, 57), rng.uniform(7, 15), rng.uniform(4.5, 6))
    canvas.below(hills(rng, rng.uniform(57, 60), 2.5, 1.5), vary(rng, (12, 14, 36), 3))


def _moon(canvas: Canvas, x: float, y: float, radius: float) -> None:
    angle = np.linspace(0, np.pi, 24)
    outer = np.stack([radius * np.sin(angle), -radius * np.cos(angle)], 1)
    inner = outer[::-1] * (0.35, 1)
    side = 1 if canvas.rng.random() < 0.5 else -1
    canvas.polygon(np.concatenate([outer, inner]) * (side, 1) + (x, y), (250, 236, 178))
