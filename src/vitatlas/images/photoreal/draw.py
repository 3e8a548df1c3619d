"""Random scenes: which objects, of which materials, and everything about them, until both can be seen.

1. Half of the scenes show two same objects (one shape, one material), half two of different shapes. Of the different
   ones, most have one material, too, so that colors tell little. Any object can have any object's material, alike in
   both halves; every shape, pair of shapes and material is as often as others.
2. Position, turn, table, background, light and camera are drawn at random.
3. The scene is kept if its masks say that both objects are whole in the image, hide no more of each other than allowed
   and own a patch on every patch grid; else step 2 is repeated. What is drawn depends on the seed and the number only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple, TypeVar

import numpy as np

from vitatlas.images.photoreal.scene import Background, Camera, Light, Placed, Scene, Table
from vitatlas.images.photoreal.settings import Rendering
from vitatlas.images.photoreal.textures import BACKGROUNDS, COLORS, WALLS

FIELD_OF_VIEW = 32.0

ONE_MATERIAL = 0.9
"""The share of different pairs that are of one material. If all pairs were of two, the difference of mean colors would
give nine labels in ten."""

T = TypeVar("T")


class Look(NamedTuple):
    """An object apart from its place: its name, and that of the object whose material it has."""

    object: str
    material: str


class Pair(NamedTuple):
    """The two objects of a scene."""

    first: Look
    second: Look

    @property
    def label(self) -> int:
        """1 for two same objects, 0 for two different ones."""
        return int(self.first == self.second)


def pairs(names: Sequence[str], count: int, rng: np.random.Generator) -> list[Pair]:
    """The objects of `count` scenes in random order, half of each label."""
    half = count // 2
    twice = [(name, name) for name in names]
    unlike = list(combinations(names, 2))
    alike = round(ONE_MATERIAL * half)
    objects = _in_turn(twice, half, rng) + _in_turn(unlike, half, rng)
    materials = _in_turn(twice, half, rng) + _in_turn(twice, alike, rng) + _in_turn(unlike, half - alike, rng)
    found = [Pair(*map(Look, shapes, worn)) for shapes, worn in zip(objects, materials, strict=True)]
    return [found[index] for index in rng.permutation(len(found))]


def _in_turn(items: Sequence[tuple[T, T]], count: int, rng: np.random.Generator) -> list[tuple[T, T]]:
    """Each item as often as others, in random order; either of its two sides may come first."""
    rounds = [rng.permutation(len(items)) for _ in range(-(-count // len(items)))]
    chosen = [items[index] for index in np.concatenate([[], *rounds])[:count].astype(int)]
    return [(a, b) if rng.random() < 0.5 else (b, a) for a, b in chosen]


def draw(
    number: int,
    pair: Pair,
    radii: tuple[float, float],
    textures: Sequence[str],
    canvas: int,
    settings: Rendering,
    rng: np.random.Generator,
) -> Scene:
    """One random scene of this pair; nothing is known yet of what can be seen in it.

    Args:
        radii: Of the circles that hold the objects.
        textures: Kinds of table tops, or files.
        canvas: Pixels per side.
    """
    azimuth = rng.uniform(0, 360)
    first, second = _placed(pair, radii, azimuth, settings.tilt, rng)
    middle = ((first.x + second.x) / 2, (first.y + second.y) / 2)
    return Scene(
        scene=number,
        label=pair.label,
        first=first,
        second=second,
        table=_table(textures, rng),
        background=_background(rng),
        light=_light(azimuth, rng),
        camera=Camera(
            distance=rng.uniform(*settings.distance),
            azimuth=azimuth,
            elevation=rng.uniform(18, 40),
            field_of_view=FIELD_OF_VIEW,
            target=(middle[0] + rng.normal(0, 0.08), middle[1] + rng.normal(0, 0.08), rng.uniform(0.2, 0.5)),
        ),
        canvas=canvas,
        samples=settings.samples,
        bounces=settings.bounces,
        variant=settings.variant,
        seed=int(rng.integers(2**31)),
        meshes=settings.meshes.folder if settings.meshes else None,
        textures=settings.textures,
    )


def _placed(
    pair: Pair, radii: tuple[float, float], azimuth: float, tilt: float, rng: np.random.Generator
) -> tuple[Placed, Placed]:
    """Both objects without touching, on a line that is more or less across the view."""
    across = np.radians(azimuth + 90 + rng.uniform(-60, 60) + rng.choice([0, 180]))
    apart = sum(radii) + rng.uniform(0.08, 0.5)
    sides = [-apart / 2, apart / 2]
    first, second = (
        Placed(
            object=look.object,
            material=look.material,
            x=side * np.cos(across),
            y=side * np.sin(across),
            yaw=rng.uniform(0, 360),
            tilt=rng.uniform(0, tilt),
            lean=rng.uniform(0, 360),
        )
        for look, side in zip(pair, sides, strict=True)
    )
    return first, second


def _table(textures: Sequence[str], rng: np.random.Generator) -> Table:
    texture = textures[int(rng.integers(len(textures)))]
    colors = COLORS.get(texture, [((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    first, second = colors[rng.integers(len(colors))]
    rough = {"cloth": (0.9, 1.0), "marble": (0.15, 0.35)}.get(texture, (0.3, 0.6))
    return Table(
        texture=texture,
        first=first,
        second=second,
        seed=int(rng.integers(2**31)),
        turn=rng.uniform(0, 360),
        roughness=rng.uniform(*rough),
    )


def _background(rng: np.random.Generator) -> Background:
    first, second = WALLS[rng.integers(len(WALLS))]
    return Background(
        kind=BACKGROUNDS[rng.integers(len(BACKGROUNDS))],
        first=first,
        second=second,
        seed=int(rng.integers(2**31)),
        turn=rng.uniform(0, 360),
        strength=rng.uniform(0.3, 0.6),
    )


def _light(azimuth: float, rng: np.random.Generator) -> Light:
    """From one side, out of the camera's view, and more or less near: two same objects are not equally bright, either.
    Near lamps are small, so that all light the table alike."""
    warm = rng.uniform(0, 1)
    power = rng.uniform(14, 24)
    distance = rng.uniform(2.6, 4.4)
    return Light(
        azimuth=(azimuth + rng.choice([-1, 1]) * rng.uniform(60, 105)) % 360,
        elevation=rng.uniform(35, 60),
        distance=distance,
        side=distance * rng.uniform(0.17, 0.37),
        color=(power, power * (1 - 0.2 * warm), power * (1 - 0.45 * warm)),
    )
