"""A canvas of 64 x 64 units, of any number of pixels, and the brushes that backgrounds are painted with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

RGB = tuple[int, int, int]
FINE = 3
"""Pixels that are painted per side of a pixel."""
UNITS = 64


class Canvas:
    """A picture in the making. All lengths are in units, y downwards.

    Args:
        side: Of the finished picture, in pixels.
        rng: Where brushes take their chances from.
    """

    def __init__(self, side: int, rng: np.random.Generator):
        self.rng, self._pixels, self._unit = rng, side * FINE, side * FINE / UNITS
        self.image = Image.new("RGB", (self._pixels, self._pixels))

    def finished(self) -> np.ndarray:
        """uint8 [3, side, side]."""
        return np.asarray(self.image.reduce(FINE)).transpose(2, 0, 1).copy()

    def gradient(self, top: RGB, bottom: RGB, start: float = 0, end: float = UNITS) -> None:
        """Rows from `start` to `end`, from one colour to the other."""
        first, last = round(start * self._unit), round(end * self._unit)
        share = np.linspace(0, 1, max(last - first, 1))[:, None]
        rows = np.rint(np.array(top) * (1 - share) + np.array(bottom) * share).astype(np.uint8)
        strip = np.broadcast_to(rows[:, None], (len(rows), self._pixels, 3))
        self.image.paste(Image.fromarray(strip.copy()), (0, first))

    def polygon(self, points: Sequence[tuple[float, float]] | np.ndarray, color: RGB) -> None:
        """A filled polygon."""
        ImageDraw.Draw(self.image).polygon(self._at(points), fill=color)

    def line(self, points: Sequence[tuple[float, float]] | np.ndarray, color: RGB, width: float) -> None:
        """A line through points."""
        ImageDraw.Draw(self.image).line(self._at(points), fill=color, width=max(round(width * self._unit), 1))

    def ellipse(self, x: float, y: float, wide: float, high: float, color: RGB) -> None:
        """A filled ellipse by centre and half axes."""
        ImageDraw.Draw(self.image).ellipse(self._box(x, y, wide, high), fill=color)

    def ring(self, x: float, y: float, wide: float, high: float, color: RGB, width: float) -> None:
        """The line of an ellipse."""
        pen = ImageDraw.Draw(self.image)
        pen.ellipse(self._box(x, y, wide, high), outline=color, width=max(round(width * self._unit), 1))

    def wedge(self, x: float, y: float, wide: float, high: float, color: RGB, start: float, end: float) -> None:
        """A piece of an ellipse between two angles in degrees."""
        ImageDraw.Draw(self.image).pieslice(self._box(x, y, wide, high), start, end, fill=color)

    def below(self, line: np.ndarray, color: RGB) -> None:
        """Everything below a line of points [N, 2] from the left edge to the right one."""
        self.polygon([*map(tuple, line.tolist()), (UNITS, UNITS), (0, UNITS)], color)

    def mottle(self, color: RGB, cells: tuple[int, int], strength: float, start: float = 0) -> None:
        """Soft random patches of a colour below `start`, on a lattice of rows and columns."""
        lattice = self.rng.integers(0, round(255 * strength), cells, endpoint=True).astype(np.uint8)
        mask = Image.fromarray(lattice).resize(self.image.size, Image.Resampling.BICUBIC)
        mask.paste(0, (0, 0, self._pixels, round(start * self._unit)))
        self.image.paste(color, mask=mask)

    def soften(self, radius: float) -> None:
        """Blur all that is painted so far."""
        self.image = self.image.filter(ImageFilter.BoxBlur(radius * self._unit))

    def _at(self, points: Sequence[tuple[float, float]] | np.ndarray) -> list[tuple[float, float]]:
        return [tuple(point) for point in (np.asarray(points, float) * self._unit).tolist()]

    def _box(self, x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (v * self._unit for v in (x - wide, y - high, x + wide, y + high))
        return left, top, right, bottom


def hills(rng: np.random.Generator, level: float, height: float, waves: float = 1) -> np.ndarray:
    """A soft line [N, 2] from the left edge to the right one, about `level`, with about so many waves."""
    x = np.linspace(0, UNITS, 33)
    phase = rng.uniform(0, 2 * np.pi, 2)
    turns = 2 * np.pi * x / UNITS * waves
    y = level + height * (0.7 * np.sin(turns + phase[0]) + 0.3 * np.sin(2.3 * turns + phase[1]))
    return np.stack([x, y], 1)


def vary(rng: np.random.Generator, color: RGB, much: int = 10) -> RGB:
    """The colour, a little lighter or darker, and a little off in each channel."""
    off = rng.integers(-much, much, endpoint=True) + rng.integers(-much // 3, much // 3 + 1, 3)
    red, green, blue = np.clip(np.array(color) + off, 0, 255).tolist()
    return red, green, blue
