"""Surfaces that objects are built from: rings of points joined by triangles, and boxes with round edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vitatlas.images.photoreal.meshes import Mesh, joined, welded

Points = NDArray[np.float64]

SEGMENTS = 56  # around an axis


def loft(rings: Points, *, closed: bool = False) -> Mesh:
    """Rings of N points each, joined one to the next.

    Args:
        rings: float [K, N, 3]. Seen along the way from ring to ring, points go round clockwise: then the surface faces
            outwards. A ring whose points coincide closes an end.
        closed: Whether the last ring is joined to the first.
    """
    count, around, _ = rings.shape
    index = np.arange(count * around).reshape(count, around)
    here, there = (index, np.roll(index, -1, axis=0)) if closed else (index[:-1], index[1:])
    here_next, there_next = np.roll(here, -1, axis=1), np.roll(there, -1, axis=1)
    lower = np.stack([here, here_next, there_next], axis=-1).reshape(-1, 3)
    upper = np.stack([here, there_next, there], axis=-1).reshape(-1, 3)
    return welded(Mesh(rings.reshape(-1, 3), np.concatenate([lower, upper])))


def lathe(profile: ArrayLike, *, closed: bool = False, segments: int = SEGMENTS) -> Mesh:
    """A profile turned about the z axis.

    Args:
        profile: Radius and height of each point, [P, 2]; it goes up on the outside. Unless `closed` (a loop away from
            the axis), it starts and ends on the axis.
    """
    radius, height = np.asarray(profile, float).T
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    around = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    rings = np.empty((len(radius), segments, 3))
    rings[..., :2] = radius[:, None, None] * around
    rings[..., 2] = height[:, None]
    return loft(rings, closed=closed)


def prism(outline: Points, height: float, bevel: float, top: float = 1.0) -> Mesh:
    """An outline raised along z, its two rims bevelled.

    Args:
        outline: Counter-clockwise, [N, 2]; every point can be seen from the origin.
        height, bevel: Of the whole, and of what is cut off at either rim.
        top: Scale of the outline at the top: near 0 for a pyramid.
    """
    inner = 1 - bevel / np.abs(outline).max()
    levels = [(0, 0.0), (inner, 0.0), (1, bevel), (top, height - bevel), (top * inner, height), (0, height)]
    rings = [np.column_stack([scale * outline, np.full(len(outline), level)]) for scale, level in levels]
    return loft(np.stack(rings))


def tube(path: Points, radius: float | Points, *, closed: bool, sides: int = 20) -> Mesh:
    """A round tube along a path.

    Args:
        path: float [K, 3].
        radius: Of the tube, one or [K].
        closed: Whether the path is a loop; otherwise both ends are closed by a flat cap.
    """
    ahead = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0) if closed else np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = _without_twist(ahead, closed)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
    ring = np.cos(angle) * side[:, None] + np.sin(angle) * np.cross(ahead, side)[:, None]
    rings = path[:, None] + np.broadcast_to(radius, len(path))[:, None, None] * ring
    if not closed:
        ends = [np.broadcast_to(path[end], (1, sides, 3)) for end in (0, -1)]
        rings = np.concatenate([ends[0], rings, ends[1]])
    return loft(rings, closed=closed)


def _without_twist(ahead: Points, closed: bool) -> Points:
    """Unit vectors across a path, each the one before with as little turn as possible; a loop's surplus is spread."""
    side = np.empty_like(ahead)
    start = np.eye(3)[np.abs(ahead[0]).argmin()]
    for index, direction in enumerate(ahead):
        start = start - start @ direction * direction
        side[index] = start = start / np.linalg.norm(start)
    if not closed:
        return side
    last = side[-1] - side[-1] @ ahead[0] * ahead[0]
    surplus = np.arctan2(np.cross(side[0], last) @ ahead[0], side[0] @ last)
    turn = -surplus * np.arange(len(ahead))[:, None] / len(ahead)
    return np.cos(turn) * side + np.sin(turn) * np.cross(ahead, side)


def ellipsoid(size: Sequence[float], steps: int = 18, segments: int = 32) -> Mesh:
    """An ellipsoid about the origin with these diameters along x, y, z."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, steps)
    radius = np.where(np.abs(angle) < np.pi / 2, np.cos(angle) / 2, 0)
    return lathe(np.stack([radius, np.sin(angle) / 2], axis=1), segments=segments).scaled(size)


def box(size: Sequence[float], radius: float, steps: int = 5) -> Mesh:
    """A box about the origin with round edges of this radius."""
    half = np.asarray(size, float) / 2
    near_edge = radius * (1 - np.tan(np.linspace(np.pi / 4, 0, steps)))  # from the edge inwards
    ticks = [np.concatenate([near_edge - h, (h - near_edge)[::-1]]) for h in half]
    sheets = []
    for axis in range(3):
        i, j = (axis + 1) % 3, (axis + 2) % 3
        for sign in (-1, 1):
            points = np.empty((len(ticks[i]), len(ticks[j]), 3))
            points[..., i], points[..., j] = ticks[i][:, None], ticks[j][::sign]
            points[..., axis] = sign * half[axis]
            sheets.append(_sheet(points))
    mesh = welded(joined(sheets))
    core = np.clip(mesh.vertices, radius - half, half - radius)
    out = mesh.vertices - core
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    return Mesh(core + radius * out, mesh.faces)


def _sheet(points: Points) -> Mesh:
    """A grid of points [U, V, 3] as triangles that face along the cross product of its first and second direction."""
    index = np.arange(points.shape[0] * points.shape[1]).reshape(points.shape[:2])
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = [np.stack(corner, axis=-1).reshape(-1, 3) for corner in ((a, b, c), (a, c, d))]
    return Mesh(points.reshape(-1, 3), np.concatenate(faces))
