"""Triangle meshes: what an object's surface is, whether it is closed, and how it is smoothed for shading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

CREASE_DEGREES = 35.0
"""Faces that meet at a smaller angle are shaded as one smooth surface."""

_SAME_PLACE = 9  # decimals in which vertices agree that are one


@dataclass(frozen=True)
class Mesh:
    """A surface of triangles. z points up, 1 is about the size of an object.

    Attributes:
        vertices: float [V, 3].
        faces: int [F, 3], counter-clockwise as seen from outside.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]

    @property
    def volume(self) -> float:
        """Signed volume: positive where a closed surface faces outwards."""
        a, b, c = np.moveaxis(self.vertices[self.faces], 1, 0)
        return float(np.einsum("fi,fi->", a, np.cross(b, c)) / 6)

    @property
    def is_closed(self) -> bool:
        """Whether every edge is shared by exactly two faces that agree which side is outside."""
        edges = self.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        there, count = np.unique(edges, axis=0, return_counts=True)
        back = np.unique(edges[:, ::-1], axis=0)
        return len(edges) > 0 and bool((count == 1).all()) and np.array_equal(there, back)

    @property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lowest and the highest coordinates, each [3]."""
        return self.vertices.min(axis=0), self.vertices.max(axis=0)

    def scaled(self, factor: ArrayLike) -> Mesh:
        """Stretched by a positive factor, one for all axes or one each."""
        return Mesh(self.vertices * np.asarray(factor, float), self.faces)

    def moved(self, offset: ArrayLike) -> Mesh:
        """Shifted by `offset` [3]."""
        return Mesh(self.vertices + np.asarray(offset, float), self.faces)

    def turned(self, axis: str, degrees: float) -> Mesh:
        """Turned about the axis "x", "y" or "z", counter-clockwise as seen from its tip."""
        return Mesh(self.vertices @ rotation(axis, degrees).T, self.faces)


def rotation(axis: str, degrees: float) -> NDArray[np.float64]:
    """The 3×3 matrix of a turn about a coordinate axis."""
    angle, first = np.radians(degrees), "xyz".index(axis)
    i, j = (first + 1) % 3, (first + 2) % 3
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = np.cos(angle)
    matrix[j, i], matrix[i, j] = np.sin(angle), -np.sin(angle)
    return matrix


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """Several meshes as one; where they overlap, each keeps its surface."""
    first = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    faces = [mesh.faces + start for mesh, start in zip(meshes, first, strict=True)]
    return Mesh(np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate(faces))


def welded(mesh: Mesh) -> Mesh:
    """Vertices at one place become one, and triangles that thereby lose their area go."""
    places = np.round(mesh.vertices, _SAME_PLACE) + 0.0  # no negative zeros
    vertices, number = np.unique(places, axis=0, return_inverse=True)
    faces = number.reshape(-1)[mesh.faces]
    a, b, c = faces.T
    return Mesh(vertices, faces[(a != b) & (b != c) & (c != a)])


def silhouette(mesh: Mesh, elevation: float, views: int = 12, lines: int = 60) -> float:
    """The mean area of a mesh's outline, without its dents and holes, as seen from all around.

    The outline is taken for the polygon that lines of equally spaced directions enclose, each touching it: with their
    distances h from the origin, δ apart, a side is (h before + h after - 2 h cos δ) / sin δ long.

    Args:
        elevation: How high the views are, in degrees; the middle of a range of views stands for it.
        views, lines: Number of views around, and of the polygon's sides.
    """
    step = 2 * np.pi / lines
    angle = step * np.arange(lines)
    across = np.stack([np.cos(angle), np.sin(angle)])
    areas = []
    for azimuth in np.linspace(0, 360, views, endpoint=False):
        seen = (mesh.vertices @ rotation("z", azimuth) @ rotation("y", elevation))[:, 1:]
        h = (seen @ across).max(axis=0)
        sides = (np.roll(h, 1) + np.roll(h, -1) - 2 * h * np.cos(step)) / np.sin(step)
        areas.append(h @ sides / 2)
    return float(np.mean(areas))


def corners(mesh: Mesh, crease: float = CREASE_DEGREES) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each triangle's corners with the normals for shading: positions and unit normals, both [3F, 3].

    A corner's normal is the mean, by area, of the normals of those faces around its vertex that meet its own face at
    less than `crease` degrees: round surfaces look round, edges stay sharp.
    """
    positions = mesh.vertices[mesh.faces]
    areas = np.cross(positions[:, 1] - positions[:, 0], positions[:, 2] - positions[:, 0]).repeat(3, axis=0)
    flat = areas / np.maximum(np.linalg.norm(areas, axis=1, keepdims=True), 1e-30)
    vertex = mesh.faces.reshape(-1)
    order = np.argsort(vertex, kind="stable")
    total = areas.copy()
    limit = np.cos(np.radians(crease))
    for step in range(1, np.bincount(vertex).max()):
        one, other = order[:-step], order[step:]
        shared = vertex[one] == vertex[other]
        one, other = one[shared], other[shared]
        near = np.einsum("ci,ci->c", flat[one], flat[other]) > limit
        one, other = one[near], other[near]
        total[one] += areas[other]
        total[other] += areas[one]
    normals = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30)
    return positions.reshape(-1, 3), normals


def write_ply(mesh: Mesh, path: Path) -> None:
    """Write the mesh as binary PLY with the normals of `corners`."""
    positions, normals = corners(mesh)
    names = [f"property float {name}" for name in ("x", "y", "z", "nx", "ny", "nz")]
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(positions)}", *names]
    header += [f"element face {len(mesh.faces)}", "property list uchar int vertex_indices", "end_header\n"]
    faces = np.zeros(len(mesh.faces), np.dtype([("count", "u1"), ("corner", "<i4", 3)]))
    faces["count"], faces["corner"] = 3, np.arange(len(positions)).reshape(-1, 3)
    vertices = np.hstack([positions, normals]).astype("<f4")
    path.write_bytes("\n".join(header).encode() + vertices.tobytes() + faces.tobytes())
