"""Curves and layers that objects are drawn with, on a grid of about 100 x 100, y downwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]
Path = np.ndarray
"""Points [N, 2] as (x, y)."""

_STEPS = 12  # points of a curve between two that are given
_ROUND = 40  # points of an ellipse


@dataclass(frozen=True)
class Layer:
    """A part of an object.

    Attributes:
        tone: `body` carries colour and pattern, `dark` is the colour of the outline, `light` that of the rim.
        paths: Closed paths, filled; or open ones, if `width`.
        outlined: Whether a dark outline goes round the paths, and the light rim round that.
        width: Of lines along open paths; 0: the paths are closed.
    """

    tone: str
    paths: tuple[Path, ...]
    outlined: bool = False
    width: float = 0


def body(*paths: Path) -> Layer:
    """A part in colour and pattern; paths of one layer melt into one shape."""
    return Layer("body", paths, outlined=True)


def lit(*paths: Path) -> Layer:
    """A light part with an outline: part of the shape, without colour."""
    return Layer("light", paths, outlined=True)


def shade(*paths: Path) -> Layer:
    """A dark part of the shape."""
    return Layer("dark", paths, outlined=True)


def dark(*paths: Path) -> Layer:
    """A dark mark on the shape."""
    return Layer("dark", paths)


def light(*paths: Path) -> Layer:
    """A light mark on the shape."""
    return Layer("light", paths)


def ink(*paths: Path, width: float = 4) -> Layer:
    """Dark lines on the shape."""
    return Layer("dark", paths, width=width)


def eye(x: float, y: float, size: float = 7) -> tuple[Layer, Layer]:
    """A light eye with a dark pupil."""
    return light(ellipse(x, y, size)), dark(ellipse(x + size / 5, y, size * 0.6))


def polygon(*points: Point) -> Path:
    """Straight lines."""
    return np.array(points, float)


def ellipse(x: float, y: float, width: float, height: float | None = None, turn: float = 0) -> Path:
    """An ellipse by centre and half axes, turned by degrees clockwise; a circle without `height`."""
    angle = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)
    around = np.stack([width * np.cos(angle), (width if height is None else height) * np.sin(angle)], 1)
    return around @ rotation(turn).T + (x, y)


def smooth(*points: Point) -> Path:
    """A closed curve through points (a Catmull-Rom spline)."""
    return _spline(np.array(points, float), closed=True)


def curve(*points: Point) -> Path:
    """An open curve through points."""
    return _spline(np.array(points, float), closed=False)


def tube(*points: tuple[float, float, float]) -> Path:
    """A closed path round a curve through (x, y, width): necks, tails and trunks, with round ends."""
    line = _spline(np.array(points, float), closed=False)
    step = np.gradient(line[:, :2], axis=0)
    across = np.stack([-step[:, 1], step[:, 0]], 1) / np.linalg.norm(step, axis=1, keepdims=True)
    off = across * line[:, 2:] / 2
    ends = [_cap(line[-1], off[-1]), _cap(line[0], -off[0])]
    return np.concatenate([line[:, :2] + off, ends[0], (line[:, :2] - off)[::-1], ends[1]])


def mirrored(path: Path, x: float = 50) -> Path:
    """The same path on the other side of a vertical line."""
    return path * (-1, 1) + (2 * x, 0)


def rotation(degrees: float) -> np.ndarray:
    """The matrix [2, 2] that turns (x, y) clockwise on a picture."""
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _cap(end: np.ndarray, off: np.ndarray) -> np.ndarray:
    angles = np.linspace(0, -180, 9)[1:-1]
    return np.stack([rotation(angle) @ off for angle in angles]) + end[:2]


def _spline(points: np.ndarray, *, closed: bool) -> np.ndarray:
    before, after = (points[-1:], points[:2]) if closed else (points[:1], points[-1:])
    padded = np.concatenate([before, points, after])
    a, b, c, d = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0, 1, _STEPS, endpoint=False)[None, :, None]
    found = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    found = found.reshape(-1, points.shape[1])
    return found if closed else np.concatenate([found, points[-1:]])
