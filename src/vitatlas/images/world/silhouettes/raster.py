"""Silhouettes in pixels: how much of each pixel is body, dark or light.

An object is drawn at four times the resolution, every small pixel in exactly one tone, and counted: sixteen small
pixels make one. So coverages are integers that sum to the whole, and blending with them is exact.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from vitatlas.images.world.scenes import SCALES, TILTS
from vitatlas.images.world.silhouettes import animals, things
from vitatlas.images.world.silhouettes.pen import Layer, rotation

FINE = 4
"""Small pixels per side of a pixel."""
PIXELS = {"small": 29, "large": 42, "many": 20}
"""Longer side of an object with its outline, in 1/64 of the picture's side; `many`: of each of three."""
OUTLINE = {"small": 1.4, "large": 1.5, "many": 1.1}
RIM = 1.8
"""Widths in 1/64 of the side; a rim is never narrower than `LEAST_RIM` pixels, so that it shields the mask."""
LEAST_RIM = 1.5
TRIOS = (
    ((-16, -12), (14, -14), (2, 14)),
    ((-2, -15), (-16, 11), (15, 13)),
    ((-15, -13), (15, -5), (-8, 15)),
)
"""Centres (x, y) of three objects off the middle, in 1/64 of the side."""

_TONES = {"body": 1, "dark": 2, "light": 3}
_INSIDE = 4  # flag of small pixels that belong to the object without its rim


def frame(side: int) -> int:
    """Side of the square that sprites are drawn in: even, so that their middle is a corner of pixels."""
    return side + side % 2


@cache
def sprite(category: str, size: str, tilt: int, scale: int, side: int) -> np.ndarray:
    """Coverages of an object in the middle of a square, in sixteenths.

    Args:
        category: Of `CATEGORIES` or `WATERBIRDS`.
        size: Of `PIXELS`.
        tilt: Index into `TILTS`.
        scale: Index into `SCALES`.
        side: Of the picture, in pixels.

    Returns:
        int32 [frame, frame]: body + 256 dark + 256² light + 256³ inside, where inside counts the small pixels of the
        object with its outline and without its rim. All others are transparent.
    """
    labels = Image.new("L", (frame(side) * FINE,) * 2)
    centres = TRIOS[tilt % len(TRIOS)] if size == "many" else ((0, 0),)
    for centre in centres:
        _paint(labels, _Fit(category, size, tilt, scale, centre, side))
    return _count(np.asarray(labels))


class _Fit:
    """Where the points of a drawing lie among small pixels."""

    def __init__(self, category: str, size: str, tilt: int, scale: int, centre: tuple[float, float], side: int):
        self.layers = drawing(category)
        points = np.concatenate([path for layer in self.layers if layer.outlined for path in layer.paths])
        low, high = points.min(0), points.max(0)
        self.outline = max(OUTLINE[size] * side / 64, 1) * FINE
        self.rim = max(RIM * side / 64, LEAST_RIM) * FINE
        longest = PIXELS[size] * SCALES[scale] * side / 64 * FINE
        self.scale = (longest - 2 * self.outline) / (high - low).max()
        self._turn, self._middle = rotation(TILTS[tilt]), (low + high) / 2
        self._centre = frame(side) * FINE / 2 + np.array(centre) * side / 64 * FINE

    def __call__(self, path: np.ndarray) -> list[tuple[float, float]]:
        placed = (path - self._middle) * self.scale @ self._turn.T + self._centre
        return [tuple(point) for point in placed.tolist()]


def drawing(category: str) -> tuple[Layer, ...]:
    """The layers of a category, of `CATEGORIES` or `WATERBIRDS`."""
    return tuple(getattr(animals if hasattr(animals, category) else things, category)())


def _paint(labels: Image.Image, fit: _Fit) -> None:
    pen = ImageDraw.Draw(labels)
    shapes = [layer for layer in fit.layers if layer.outlined]
    for layer in shapes:
        _fill(pen, fit, layer, _TONES["light"], fit.outline + fit.rim)
    for layer in fit.layers:
        tone = _TONES[layer.tone] + _INSIDE
        if layer.outlined and layer.tone != "dark":
            _fill(pen, fit, layer, _TONES["dark"] + _INSIDE, fit.outline)
        if layer.width:
            for path in layer.paths:
                _stroke(pen, fit(path), tone, max(layer.width * fit.scale, FINE))
        else:
            _fill(pen, fit, layer, tone, 0)


def _fill(pen: ImageDraw.ImageDraw, fit: _Fit, layer: Layer, label: int, grown: float) -> None:
    """Fill closed paths, grown on all sides by so many small pixels."""
    for path in layer.paths:
        points = fit(path)
        pen.polygon(points, fill=label)
        if grown:
            _stroke(pen, [*points, points[0]], label, 2 * grown)


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], label: int, width: float) -> None:
    pen.line(points, fill=label, width=round(width))
    for x, y in points:  # round joints and ends
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=label)


def _count(labels: np.ndarray) -> np.ndarray:
    side = len(labels) // FINE
    blocks = labels.reshape(side, FINE, side, FINE)
    tones = [blocks % _INSIDE == tone for tone in _TONES.values()]
    counts = [(part.sum((1, 3), dtype=np.int32)) for part in [*tones, blocks > _INSIDE]]
    return sum(count << 8 * place for place, count in enumerate(counts))
