"""The world that small backbones are pretrained on: scenes of several objects, new ones in every step.

1. A scene is either familiar, made of the 16 shapes and 16 colours that the tasks use, or foreign: random polygons in
   random colours. Shapes and colours of the out-of-distribution sets are never shown on purpose.
2. Objects resemble each other more often than chance would have it: each repeats, in everything or in one feature, an
   object drawn before it, or is new.
3. What is drawn in a step depends on the seed and the step only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vitatlas.jobs.seeds import derive_seed
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.scenes.colors import COLORS, IID_COLORS
from vitatlas.relations.scenes.render import Batch, Renderer
from vitatlas.relations.scenes.sets import random_places
from vitatlas.relations.scenes.shapes import IID_SHAPES, atlas

FOREIGN = 1000
"""The numbers of random polygons and of random colours."""

REPEATED, SAME_SHAPE, SAME_COLOR = 0.35, 0.15, 0.15
"""Chances that an object repeats an earlier one, or takes only the shape or only the colour from it."""

CORNERS = (3, 8)  # of a polygon, fewest and most
COVERED = (0.3, 0.95)  # of its box, least and most


@dataclass(frozen=True)
class Draw:
    """B scenes of K objects, on the world's device.

    Attributes:
        images: uint8 [B, 3, canvas, canvas].
        shape, color: int64 [B, K], rows of `World.silhouettes` and `World.colors`; the familiar ones come first.
        tokens: int64 [B, K, span²], the patches under each object.
        twin: int64 [B, K], 1 where the scene holds another object of the same shape and colour.
    """

    images: Tensor
    shape: Tensor
    color: Tensor
    tokens: Tensor
    twin: Tensor


class World:
    """Scenes to pretrain on.

    Args:
        geometry: Canvas, patches and boxes.
        noise_std: Standard deviation of the pixel noise, in grey levels.
        settings: Objects per scene; shares of familiar scenes and of scenes in one colour.
        device: Where to draw.
        seed: Everything derives from it.

    Attributes:
        silhouettes: bool [S, sprite, sprite] on the device: 16 familiar ones, then polygons.
        colors: int64 [C, 3] on the device, RGB: 16 familiar ones, then random ones.
    """

    def __init__(self, geometry: Geometry, noise_std: float, settings: Pretraining, device: torch.device, seed: int):
        self.geometry, self.settings, self.device, self.seed = geometry, settings, device, seed
        rng = np.random.default_rng(derive_seed(seed, "world"))
        shapes = np.concatenate([atlas(geometry.sprite)[:IID_SHAPES], polygons(FOREIGN, geometry.sprite, rng)])
        colors = np.concatenate([COLORS[:IID_COLORS], rng.integers(256, size=(FOREIGN, 3))])
        self.silhouettes = torch.from_numpy(shapes).to(device)
        self.colors = torch.from_numpy(colors.astype(np.int64)).to(device)
        self._renderer = Renderer(geometry, noise_std, device, silhouettes=shapes)

    def draw(self, count: int, step: int) -> Draw:
        """The `count` scenes of one step."""
        rng = np.random.default_rng(derive_seed(self.seed, "scenes", step))
        shape, color = self._objects(count, rng)
        place = random_places(count, self.settings.objects, self.geometry, rng)
        same = (shape[:, :, None] == shape[:, None]) & (color[:, :, None] == color[:, None])
        batch = self._batch(shape, color, place, rng)
        span = np.arange(self.geometry.span)
        inside = (span[:, None] * self.geometry.grid + span).ravel()
        tokens = (place[..., 0] * self.geometry.grid + place[..., 1])[..., None] + inside
        return Draw(
            images=self._renderer.render(batch),
            shape=batch.shape,
            color=torch.from_numpy(color).to(self.device),
            tokens=torch.from_numpy(tokens).to(self.device),
            twin=torch.from_numpy((same.sum(2) > 1).astype(np.int64)).to(self.device),
        )

    def _objects(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Shapes and colours, int64 [count, K] each."""
        objects = self.settings.objects
        familiar = rng.random((count, 1)) < self.settings.familiar
        shape = np.where(familiar, *_two_ranges(IID_SHAPES, (count, objects), rng))
        color = np.where(familiar, *_two_ranges(IID_COLORS, (count, objects), rng))
        one_color = rng.random(count) < self.settings.single_color
        color[one_color] = color[one_color, :1]
        rows = np.arange(count)
        for index in range(1, objects):
            earlier, chance = rng.integers(index, size=count), rng.random(count)
            takes_shape = chance < REPEATED + SAME_SHAPE
            takes_color = (chance < REPEATED) | (abs(chance - REPEATED - SAME_SHAPE - SAME_COLOR / 2) < SAME_COLOR / 2)
            shape[:, index] = np.where(takes_shape, shape[rows, earlier], shape[:, index])
            color[:, index] = np.where(takes_color, color[rows, earlier], color[:, index])
        return shape, color

    def _batch(self, shape: np.ndarray, color: np.ndarray, place: np.ndarray, rng: np.random.Generator) -> Batch:
        jitter = rng.integers(self.geometry.jitter + 1, size=(*shape.shape, 2))
        top_left = place * self.geometry.patch + jitter
        noise = rng.integers(2**63, size=shape.shape, dtype=np.uint64).astype(np.int64)
        put = lambda array: torch.from_numpy(array).to(self.device)  # noqa: E731
        return Batch(
            shape=put(shape),
            rgb=self.colors[put(color)].to(torch.int16),
            corner=put(top_left[..., 0] * self.geometry.canvas + top_left[..., 1]),
            noise=put(noise),
            label=put(np.zeros(len(shape), dtype=np.int64)),
        )


def _two_ranges(familiar: int, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of familiar and of foreign features."""
    return rng.integers(familiar, size=size), familiar + rng.integers(FOREIGN, size=size)


def polygons(count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Random polygons, `size` pixels a side: bool [count, size, size], True inside.

    Corners are drawn uniformly; edges may cross, in which case the even-odd rule says what is inside. Each is stretched
    so that its corners span the square.
    """
    center = (np.arange(size) + 0.5) / size
    found: list[np.ndarray] = []
    while len(found) < count:
        corners = rng.random((rng.integers(CORNERS[0], CORNERS[1] + 1), 2))
        corners = (corners - corners.min(0)) / np.ptp(corners, axis=0)
        mask = _inside(corners, center[:, None], center)
        if COVERED[0] < mask.mean() < COVERED[1]:
            found.append(mask)
    return np.stack(found)


def _inside(corners: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Whether points (y, x) lie inside a polygon with the given corners (y, x), by the even-odd rule."""
    (y0, x0), (y1, x1) = corners.T[:, :, None, None], np.roll(corners, -1, axis=0).T[:, :, None, None]
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return (crosses & left).sum(0) % 2 == 1
