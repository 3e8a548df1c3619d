"""The 16 objects of the photorealistic set: shapes built from formulas, each with a material of its own. The first
surface of an object is its main one, which can have another object's material instead.

Lepori et al. (NeurIPS 2024), figure 9, use 16 unique 3-D models; theirs are not published, these are ours. All stand on
z = 0 about the z axis and are about 1 in size: their outlines are equally large, so that size does not tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from vitatlas.images.photoreal.forms import box, ellipsoid, lathe, loft, prism, tube
from vitatlas.images.photoreal.materials import Material, glaze, matte, metal, plastic
from vitatlas.images.photoreal.meshes import Mesh, joined, silhouette
from vitatlas.images.photoreal.outlines import rounded, shell, smooth, star

OUTLINE = 0.6
"""The area of an object's outline, on average: that of a ball 0.87 wide."""

SEEN_FROM = 29.0
"""The elevation that outlines are measured from: the middle of the camera's, in degrees."""


@dataclass(frozen=True)
class Part:
    """A closed surface of one material."""

    mesh: Mesh
    material: Material


Parts = list[Part]


def _sphere() -> Parts:
    return [Part(ellipsoid((1, 1, 1), steps=32, segments=56), plastic(0.62, 0.03, 0.03))]


def _cube() -> Parts:
    return [Part(box((0.8, 0.8, 0.8), 0.05), matte(0.04, 0.38, 0.42))]


def _cylinder() -> Parts:
    profile = rounded([(0, 0), (0.38, 0), (0.38, 1), (0, 1)], 0.03)
    return [Part(lathe(profile), metal(0.75, 0.76, 0.78, roughness=0.42))]


def _cone() -> Parts:
    profile = rounded([(0, 0), (0.45, 0), (0.02, 1.05), (0, 1.07)], 0.03)
    return [Part(lathe(profile), plastic(0.85, 0.24, 0.02))]


def _torus() -> Parts:
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    profile = np.column_stack([0.34 + 0.16 * np.cos(angle), 0.16 * np.sin(angle)])
    return [Part(lathe(profile, closed=True), glaze(0.8, 0.2, 0.36))]


def _capsule() -> Parts:
    angle = np.linspace(0, np.pi / 2, 14)
    dome = np.column_stack([0.25 * np.cos(angle), 0.3 + 0.25 * np.sin(angle)])
    dome[-1, 0] = 0
    body = lathe(np.concatenate([dome[::-1] * [1, -1], dome])).turned("y", 90)
    band = lathe(rounded([(0, -0.05), (0.258, -0.05), (0.258, 0.05), (0, 0.05)], 0.005)).turned("y", 90)
    return [Part(body, plastic(0.03, 0.14, 0.6)), Part(band, plastic(0.8, 0.8, 0.78))]


def _mug() -> Parts:
    outside = rounded([(0, 0), (0.34, 0), (0.36, 0.04), (0.36, 0.85)], 0.04)
    angle = np.radians(np.linspace(-100, 100, 20))
    handle = np.column_stack([0.35 + 0.24 * np.cos(angle), np.zeros(20), 0.44 + 0.25 * np.sin(angle)])
    mesh = joined([lathe(shell(outside, 0.045)), tube(handle, 0.05, closed=False)])
    return [Part(mesh, glaze(0.02, 0.08, 0.4))]


def _bowl() -> Parts:
    outside = smooth([(0, 0), (0.2, 0.0), (0.24, 0.05), (0.38, 0.16), (0.47, 0.3), (0.5, 0.45)], 5)
    return [Part(lathe(shell(outside, 0.035)), glaze(0.1, 0.36, 0.12))]


def _vase() -> Parts:
    outside = smooth([(0, 0), (0.2, 0), (0.3, 0.2), (0.34, 0.42), (0.24, 0.68), (0.13, 0.86), (0.2, 1.05)], 6)
    return [Part(lathe(shell(outside, 0.03)), glaze(0.26, 0.05, 0.36))]


def _chair() -> Parts:
    leg = [box((0.07, 0.07, 0.5), 0.02, 3).moved((x, y, 0.25)) for x in (-0.24, 0.24) for y in (-0.24, 0.24)]
    posts = [box((0.07, 0.06, 0.62), 0.02, 3).moved((x, 0.25, 0.78)) for x in (-0.24, 0.24)]
    rails = [box((0.5, 0.04, 0.12), 0.015, 3).moved((0, 0.25, z)) for z in (0.74, 1.0)]
    seat = box((0.58, 0.58, 0.07), 0.025).moved((0, 0, 0.5))
    return [Part(joined([*leg, *posts, *rails, seat]), Material((0.42, 0.2, 0.07), roughness=0.45, clearcoat=0.3))]


def _lamp() -> Parts:
    foot = rounded([(0, 0), (0.26, 0), (0.26, 0.04), (0.08, 0.1), (0.035, 0.16), (0.035, 0.72), (0, 0.72)], 0.03)
    shade = rounded([(0.36, 0.56), (0.22, 1.02), (0.2, 1.02), (0.34, 0.56)], 0.01, closed=True)
    cream = Material((0.85, 0.72, 0.5), roughness=0.9)
    return [Part(lathe(shade, closed=True), cream), Part(lathe(foot), metal(0.82, 0.56, 0.22))]


_PIPS = {
    1: [(0, 0)],
    2: [(-1, -1), (1, 1)],
    3: [(-1, -1), (0, 0), (1, 1)],
    4: [(-1, -1), (-1, 1), (1, -1), (1, 1)],
    5: [(-1, -1), (-1, 1), (1, -1), (1, 1), (0, 0)],
    6: [(-1, -1), (-1, 0), (-1, 1), (1, -1), (1, 0), (1, 1)],
}
_SIDES = {1: ("z", 0), 6: ("x", 180), 2: ("x", 90), 5: ("x", -90), 3: ("y", 90), 4: ("y", -90)}  # 1 on top


def _die() -> Parts:
    pip = ellipsoid((0.15, 0.15, 0.02), steps=6, segments=16)
    pips = [
        pip.moved((0.21 * x, 0.21 * y, 0.4)).turned(*_SIDES[number])
        for number, places in _PIPS.items()
        for x, y in places
    ]
    return [Part(box((0.8, 0.8, 0.8), 0.11), plastic(0.8, 0.76, 0.66)), Part(joined(pips), plastic(0.01, 0.01, 0.01))]


def _pyramid() -> Parts:
    outline = rounded([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)], 0.03, closed=True)
    return [Part(prism(outline, 0.8, 0.012, top=0.03), metal(0.78, 0.36, 0.24, roughness=0.35))]


def _star() -> Parts:
    outline = rounded(star(5, 0.48), 0.06, closed=True)
    upright = prism(outline, 0.42, 0.05).turned("x", 90)
    return [Part(upright, plastic(0.32, 0.62, 0.05))]


def _knot() -> Parts:
    t = np.linspace(0, 2 * np.pi, 140, endpoint=False)
    x, y = np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t)
    mesh = tube(np.column_stack([x, y, -1.3 * np.sin(3 * t)]) / 3, 0.25, closed=True)
    return [Part(mesh, metal(0.12, 0.3, 0.78, roughness=0.22))]


def _duck() -> Parts:
    """A body of rings along x, from the breast to the raised tail; the head, wings, bill and eyes are ellipsoids."""
    along = [(0.42, 0.27, 0.0, 0.0), (0.37, 0.28, 0.17, 0.15), (0.2, 0.27, 0.29, 0.25), (-0.05, 0.26, 0.31, 0.26)]
    along += [(-0.28, 0.31, 0.24, 0.21), (-0.45, 0.42, 0.11, 0.1), (-0.52, 0.5, 0.0, 0.0)]
    x, z, wide, high = np.maximum(smooth(along, 5), [-1, 0, 0, 0]).T
    angle = -np.linspace(0, 2 * np.pi, 32, endpoint=False)[None]
    rings = np.stack(np.broadcast_arrays(x[:, None], wide[:, None] * np.cos(angle), high[:, None] * np.sin(angle)), -1)
    rings[..., 2] += z[:, None]
    body = loft(rings)
    head = ellipsoid((0.42, 0.4, 0.4)).moved((0.2, 0, 0.66))
    neck = ellipsoid((0.34, 0.36, 0.4)).moved((0.18, 0, 0.48))
    wings = [ellipsoid((0.42, 0.1, 0.24)).turned("y", 12).moved((-0.08, y, 0.34)) for y in (-0.28, 0.28)]
    bill = joined([ellipsoid((0.24, 0.22, height)).moved((0.43, 0, at)) for height, at in ((0.07, 0.64), (0.05, 0.61))])
    eyes = joined([ellipsoid((0.06, 0.06, 0.07), 8, 16).moved((0.345, y, 0.74)) for y in (-0.13, 0.13)])
    return [
        Part(joined([body, neck, head, *wings]), plastic(0.88, 0.58, 0.02)),
        Part(bill, plastic(0.85, 0.2, 0.01)),
        Part(eyes, plastic(0.005, 0.005, 0.005)),
    ]


BUILDERS: dict[str, Callable[[], Parts]] = {
    "sphere": _sphere,
    "cube": _cube,
    "cylinder": _cylinder,
    "cone": _cone,
    "torus": _torus,
    "capsule": _capsule,
    "mug": _mug,
    "bowl": _bowl,
    "vase": _vase,
    "chair": _chair,
    "lamp": _lamp,
    "die": _die,
    "pyramid": _pyramid,
    "star": _star,
    "knot": _knot,
    "duck": _duck,
}


@cache
def built_in(name: str) -> tuple[Part, ...]:
    """One of the 16 objects, in its place and size."""
    return placed(BUILDERS[name]())


def placed(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of an object, shifted and scaled together to stand on z = 0 about the z axis, with a mean outline of
    `OUTLINE`."""
    whole = joined([part.mesh for part in parts])
    low, high = whole.bounds
    middle = np.array([*(low + high)[:2] / 2, low[2]])
    factor = np.sqrt(OUTLINE / silhouette(whole, SEEN_FROM))
    return tuple(Part(part.mesh.moved(-middle).scaled(factor), part.material) for part in parts)
