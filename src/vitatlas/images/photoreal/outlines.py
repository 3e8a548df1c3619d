"""Plane curves that surfaces are made from: profiles of turned things, outlines of prisms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]


def rounded(points: ArrayLike, radius: float, *, closed: bool = False, steps: int = 5) -> Points:
    """A polyline whose corners are replaced by short curves.

    Args:
        points: float [N, 2].
        radius: How far before and after a corner its curve starts and ends; less where the next corner is near.
        closed: Whether the last point is joined to the first; otherwise both stay where they are.
    """
    corner = np.asarray(points, float)
    before, after = np.roll(corner, 1, axis=0) - corner, np.roll(corner, -1, axis=0) - corner
    share = np.linspace(0, 1, steps)[:, None]
    pieces = []
    for index, (place, back, ahead) in enumerate(zip(corner, before, after, strict=True)):
        if not closed and index in (0, len(corner) - 1):
            pieces.append(place[None])
            continue
        start, end = (place + side * min(radius / np.linalg.norm(side), 0.5) for side in (back, ahead))
        pieces.append((1 - share) ** 2 * start + 2 * share * (1 - share) * place + share**2 * end)
    return np.concatenate(pieces)


def smooth(points: ArrayLike, steps: int = 8) -> Points:
    """A smooth curve through points [N, D], `steps` pieces between neighbours (Catmull-Rom)."""
    knots = np.asarray(points, float)
    knots = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    share = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        cubic = (3 * b - a - 3 * c + d) * share**3 + (2 * a - 5 * b + 4 * c - d) * share**2 + (c - a) * share
        pieces.append(b + cubic / 2)
    return np.concatenate([*pieces, knots[-2:-1]])


def shell(outside: Points, thickness: float) -> Points:
    """The profile of a vessel with a wall: from the axis up along the outside, over a round rim, down the inside.

    Args:
        outside: Profile (radius, height) from the middle of the bottom, on the axis, to the rim.
        thickness: Of the wall and the bottom.
    """
    along = np.gradient(outside, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    inside = outside + thickness * np.column_stack([-along[:, 1], along[:, 0]])
    keep = (inside[:, 0] > thickness / 2) & (inside[:, 1] >= thickness)
    inner = inside[keep]
    rim = (outside[-1] + inner[-1]) / 2 + thickness / 2 * along[-1]
    floor = np.array([[0.0, max(thickness, inner[0, 1])]])
    return np.concatenate(
        [outside[:-1], rounded([outside[-1], rim, inner[-1]], thickness, steps=6), inner[-2::-1], floor]
    )


def star(points: int, inner: float) -> Points:
    """A star about the origin, counter-clockwise, its first tip up; tips at distance 1, notches at `inner`."""
    angle = np.pi / 2 + np.arange(2 * points) * np.pi / points
    radius = np.where(np.arange(2 * points) % 2, inner, 1.0)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
