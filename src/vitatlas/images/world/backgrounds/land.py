"""Meadow, forest and desert."""

from __future__ import annotations

import numpy as np

from vitatlas.images.world.backgrounds.canvas import UNITS, Canvas, hills, vary


def meadow(canvas: Canvas) -> None:
    """Grass under a strip of sky, with flowers."""
    rng, level = canvas.rng, canvas.rng.uniform(5, 11)
    canvas.gradient(vary(rng, (150, 208, 246)), vary(rng, (208, 236, 250)), 0, 16)
    canvas.below(hills(rng, level, 2), vary(rng, (104, 178, 62)))
    canvas.below(hills(rng, level + 8, 2), vary(rng, (96, 184, 52)))
    canvas.mottle((148, 214, 78), (8, 10), 0.5, level + 10)
    for y in np.sort(rng.uniform(level + 8, UNITS + 4, 130)):
        x, lean, high = rng.uniform(0, UNITS), rng.uniform(-1.2, 1.2), 2 + y / 12
        canvas.line([(x, y), (x + lean, y - high)], vary(rng, (62, 142, 36), 26), 0.8)
    for y in np.sort(rng.uniform(level + 12, UNITS - 1, 15)):
        _flower(canvas, rng.uniform(1, 63), y, 0.6 + y / 110)


def _flower(canvas: Canvas, x: float, y: float, size: float) -> None:
    petals = ((255, 255, 255), (255, 222, 70), (250, 130, 170))[canvas.rng.integers(3)]
    for angle in np.linspace(0, 2 * np.pi, 6)[:-1]:
        canvas.ellipse(x + size * np.cos(angle), y + size * np.sin(angle), size * 0.75, size * 0.75, petals)
    canvas.ellipse(x, y, size * 0.6, size * 0.6, (240, 160, 40))


def forest(canvas: Canvas) -> None:
    """Brown trunks, and leaves above and below."""
    rng = canvas.rng
    canvas.gradient(vary(rng, (22, 56, 30), 6), vary(rng, (34, 74, 34), 6))
    canvas.mottle((58, 108, 50), (10, 9), 0.5)
    for x in np.linspace(2, 58, 5) + rng.uniform(-4, 8, 5):
        _trunk(canvas, x, rng.uniform(2.4, 4.2))
    for x, y in np.stack([rng.uniform(0, UNITS, 46), rng.uniform(0, 17, 46) * rng.uniform(0.3, 1, 46)], 1):
        canvas.ellipse(x, y, rng.uniform(2.2, 4.2), rng.uniform(1.8, 3), vary(rng, (58, 134, 52), 26))
    for x in rng.uniform(0, UNITS, 16):
        canvas.ellipse(x, rng.uniform(60, 65), rng.uniform(2.5, 5), rng.uniform(2, 4), vary(rng, (48, 112, 44), 20))


def _trunk(canvas: Canvas, x: float, half: float) -> None:
    rng, bark = canvas.rng, vary(canvas.rng, (112, 68, 40), 12)
    canvas.polygon([(x - half, 0), (x + half, 0), (x + half * 1.25, 64), (x - half * 1.25, 64)], bark)
    canvas.polygon([(x + half * 0.3, 0), (x + half, 0), (x + half * 1.25, 64), (x + half * 0.4, 64)], (74, 44, 28))
    for y in rng.uniform(14, 60, 7):
        at = x + rng.uniform(-0.7, 0.3) * half
        canvas.line([(at, y), (at, y + rng.uniform(2, 6))], (150, 100, 62), 0.5)


def desert(canvas: Canvas) -> None:
    """Dunes with ripples under a warm sky, and a cactus."""
    rng, level = canvas.rng, canvas.rng.uniform(13, 21)
    canvas.gradient(vary(rng, (250, 214, 166)), vary(rng, (254, 238, 206)), 0, 26)
    canvas.ellipse(rng.uniform(8, 56), rng.uniform(5, 9), 4, 4, (255, 248, 222))
    for step, sand in enumerate(((216, 160, 92), (228, 176, 104), (236, 190, 118))):
        top = hills(rng, level + 15 * step, 3.5, 0.8)
        canvas.below(top, vary(rng, sand, 8))
        for ripple in range(1, 4 + step):
            canvas.line(top + np.array([0, 3.6 * ripple]), vary(rng, (202, 146, 80), 8), 0.8)
        if step == 0:
            _cactus(canvas, rng.uniform(6, 58), level + 12, rng.uniform(0.85, 1.2))


def _cactus(canvas: Canvas, x: float, y: float, size: float) -> None:
    green = vary(canvas.rng, (62, 128, 66), 8)
    arms = ([(0, 0), (0, -13)], [(0, -5), (-4, -5), (-4, -9)], [(0, -7), (4, -7), (4, -11)])
    for arm, width in zip(arms, (3, 2, 2), strict=True):
        points = np.array(arm) * size + (x, y)
        canvas.line(points, green, width * size)
        for px, py in points:
            canvas.ellipse(px, py, width * size / 2, width * size / 2, green)
