"""The world that small backbones are pretrained on: scenes of several objects, new ones in every step.

1. A scene is foreign, made of random silhouettes and random colours that resemble none of the tasks' own; or familiar,
   made of the 32 combinations of shape and colour that are trained in every setting. Combinations that a split calls
   unseen, and the shapes and colours of the out-of-distribution splits, are never shown.
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
from vitatlas.relations.pretraining.foreign import random_colors, random_silhouettes
from vitatlas.relations.scenes.colors import COLORS, IID_COLORS
from vitatlas.relations.scenes.pairs import combinations
from vitatlas.relations.scenes.render import Batch, Renderer
from vitatlas.relations.scenes.sets import random_places
from vitatlas.relations.scenes.shapes import IID_SHAPES, atlas

TAKES = np.cumsum((0.35, 0.15, 0.15))
"""An object takes everything from an earlier one, only the shape, or only the colour, with these chances (added up)."""
ALL, SHAPE, COLOR = range(3)

TRAINED = combinations("32")[0]
"""The familiar combinations (shape, colour), int64 [32, 2]: the smaller setting trains on no others."""


@dataclass(frozen=True)
class Link:
    """The part of object `index` of each scene that comes from an earlier one: int64 [B] each, a number of an object,
    and one of ALL, SHAPE, COLOR or more for nothing."""

    index: int
    earlier: np.ndarray
    takes: np.ndarray


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
        settings: Objects per scene; numbers of foreign silhouettes and colours; shares of familiar scenes and of scenes
            in one colour.
        device: Where to draw.
        seed: Everything derives from it.

    Attributes:
        silhouettes: bool [S, sprite, sprite] on the device: 16 familiar ones, then foreign ones.
        colors: int64 [C, 3] on the device, RGB: 16 familiar ones, then foreign ones.
    """

    def __init__(self, geometry: Geometry, noise_std: float, settings: Pretraining, device: torch.device, seed: int):
        self.geometry, self.settings, self.device, self.seed = geometry, settings, device, seed
        rng = np.random.default_rng(derive_seed(seed, "world"))
        foreign = random_silhouettes(settings.foreign, geometry.sprite, rng)
        shapes = np.concatenate([atlas(geometry.sprite)[:IID_SHAPES], foreign])
        colors = np.concatenate([COLORS[:IID_COLORS], random_colors(settings.foreign, rng)])
        self.silhouettes = torch.from_numpy(shapes).to(device)
        self.colors = torch.from_numpy(colors.astype(np.int64)).to(device)
        self._renderer = Renderer(geometry, noise_std, device, silhouettes=shapes)

    def draw(self, count: int, step: int) -> Draw:
        """The `count` scenes of one step."""
        shape, color = self.objects(count, step)
        rng = np.random.default_rng(derive_seed(self.seed, "looks", step))
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

    def objects(self, count: int, step: int) -> tuple[np.ndarray, np.ndarray]:
        """The objects in the scenes of one step: rows of `silhouettes` and of `colors`, int64 [count, K] each."""
        rng = np.random.default_rng(derive_seed(self.seed, "scenes", step))
        familiar = rng.random((count, 1)) < self.settings.familiar
        one_color = rng.random(count) < self.settings.single_color
        links = self._links(count, rng)
        shape, color = self._foreign_objects(one_color, links, rng)
        if self.settings.familiar:
            known = TRAINED[_familiar_objects(one_color, links, rng)]
            shape, color = np.where(familiar, known[..., 0], shape), np.where(familiar, known[..., 1], color)
        return shape, color

    def _links(self, count: int, rng: np.random.Generator) -> list[Link]:
        """For each object after the first, the part that comes from an earlier one."""
        links = []
        for index in range(1, self.settings.objects):
            earlier, chance = rng.integers(index, size=count), rng.random(count)
            links.append(Link(index, earlier, np.searchsorted(TAKES, chance, side="right")))
        return links

    def _foreign_objects(
        self, one_color: np.ndarray, links: list[Link], rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Any silhouette in any colour, of the foreign ones."""
        size, rows = (len(one_color), self.settings.objects), np.arange(len(one_color))
        shape = IID_SHAPES + rng.integers(self.settings.foreign, size=size)
        color = IID_COLORS + rng.integers(self.settings.foreign, size=size)
        color[one_color] = color[one_color, :1]
        for link in links:
            takes_shape = (link.takes == ALL) | (link.takes == SHAPE)
            takes_color = (link.takes == ALL) | (link.takes == COLOR)
            shape[:, link.index] = np.where(takes_shape, shape[rows, link.earlier], shape[:, link.index])
            color[:, link.index] = np.where(takes_color, color[rows, link.earlier], color[:, link.index])
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


def _familiar_objects(one_color: np.ndarray, links: list[Link], rng: np.random.Generator) -> np.ndarray:
    """Rows of `TRAINED`, int64 [B, K]. Of each shape and of each colour there are two, so that taking one
    feature leaves no choice of the other; in scenes of one colour, taking the shape is taking everything."""
    rows = np.arange(len(one_color))
    drawn = rng.integers(len(TRAINED), size=(len(one_color), len(links) + 1))
    other_color, other_shape = (_partners(column) for column in (0, 1))
    swap = rng.random(drawn.shape) < 0.5
    drawn[one_color] = np.where(swap, drawn[:, :1], other_shape[drawn[:, :1]])[one_color]
    for link in links:
        from_earlier = drawn[rows, link.earlier]
        same_shape = np.where(one_color, from_earlier, other_color[from_earlier])
        choices = [from_earlier, same_shape, other_shape[from_earlier]]
        drawn[:, link.index] = np.select(
            [link.takes == take for take in (ALL, SHAPE, COLOR)], choices, drawn[:, link.index]
        )
    return drawn


def _partners(column: int) -> np.ndarray:
    """For each familiar combination, the other one that has the same value in `column`: int64 [32]."""
    same = TRAINED[:, None, column] == TRAINED[None, :, column]
    return np.asarray((same & ~np.eye(len(TRAINED), dtype=bool)).argmax(1))
