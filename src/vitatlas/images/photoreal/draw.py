"""Random scenes: which objects, and everything about them, until both can be seen.

1. Half of the scenes show two same objects, half two different ones; every object, and every pair, as often as others.
2. Position, turn, table, background, light and camera are drawn at random.
3. The scene is kept if its masks say that both objects are whole in the image, hide no more of each other than allowed
   and own a patch on every patch grid; else step 2 is repeated. What is drawn depends on the seed and the number only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from vitatlas.images.photoreal.scene import Background, Camera, Light, Placed, Scene, Table
from vitatlas.images.photoreal.settings import Rendering
from vitatlas.images.photoreal.textures import BACKGROUNDS, COLORS, WALLS

FIELD_OF_VIEW = 32.0

Pair = tuple[str, str, int]


def pairs(names: Sequence[str], count: int, rng: np.random.Generator) -> list[Pair]:
    """First object, second object and label of `count` scenes in random order, half of each label."""
    same = _in_turn([(name, name, 1) for name in names], count // 2, rng)
    unlike = [(a, b, 0) for a, b in combinations(names, 2)]
    different = [pair if rng.random() < 0.5 else (pair[1], pair[0], 0) for pair in _in_turn(unlike, count // 2, rng)]
    chosen = same + different
    return [chosen[index] for index in rng.permutation(len(chosen))]


def _in_turn(pairs: list[Pair], count: int, rng: np.random.Generator) -> list[Pair]:
    rounds = [rng.permutation(len(pairs)) for _ in range(-(-count // len(pairs)))]
    return [pairs[index] for index in np.concatenate(rounds)[:count]]


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
        label=pair[2],
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
            object=name,
            x=side * np.cos(across),
            y=side * np.sin(across),
            yaw=rng.uniform(0, 360),
            tilt=rng.uniform(0, tilt),
            lean=rng.uniform(0, 360),
        )
        for name, side in zip(pair[:2], sides, strict=True)
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
    """From the side or from behind the camera, so that what is seen of the objects is not all in shadow."""
    warm = rng.uniform(0, 1)
    power = rng.uniform(14, 24)
    return Light(
        azimuth=(azimuth + rng.uniform(-100, 100)) % 360,
        elevation=rng.uniform(35, 70),
        side=rng.uniform(1.0, 2.2),
        color=(power, power * (1 - 0.14 * warm), power * (1 - 0.32 * warm)),
    )
