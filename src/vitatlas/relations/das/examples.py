"""A counterfactual set as what interventions need: images, tokens by role, targets and groups, on the device."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.relations.config.das import CONTROLS
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals import DIRECTIONS, PAIRS, Counterfactuals
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes


class Examples:
    """N counterfactuals of one property and split; n tokens per object.

    Args:
        counterfactuals: The set.
        renderer: Draws it, on the device that computes.
        prefix: Tokens before the patches.
        seed: The random patches derive from it.

    Attributes:
        counterfactuals, geometry: What was given.
        edited, partner: Tokens of the base image, int64 [N, n]: the edited object, and the other one of its pair.
        given: Tokens of the source image, int64 [N, n], by control.
        target, judgement: int64 [N].
        groups: Which examples belong to which (direction, pair), bool [N]; only groups that have examples.

    Raises:
        UserError: No room for random patches.
    """

    def __init__(self, counterfactuals: Counterfactuals, renderer: Renderer, prefix: int, seed: int):
        self.counterfactuals, self.geometry, self._renderer = counterfactuals, renderer.geometry, renderer
        self._base, self._source = renderer.load(counterfactuals.base), renderer.load(counterfactuals.source)
        self._after = renderer.load(counterfactuals.edited_scenes())
        geometry, device = renderer.geometry, renderer.device

        def of(tokens: np.ndarray) -> Tensor:
            return torch.from_numpy(tokens.astype(np.int64)).to(device) + prefix

        self.edited, self.partner, given, other = (
            of(counterfactuals.tokens(role, geometry)) for role in ("edited", "partner", "given", "other")
        )
        patches = of(random_patches(counterfactuals.source, geometry, seed))
        self.given = dict(zip(CONTROLS, (given, other, patches), strict=True))
        self.target = torch.from_numpy(counterfactuals.target.astype(np.int64)).to(device)
        self.judgement = torch.from_numpy(counterfactuals.judgement.astype(np.int64)).to(device)
        self.groups = _groups(counterfactuals)

    def __len__(self) -> int:
        return len(self.target)

    def images(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Base and source images uint8 [B, 3, H, W] of the examples `rows`."""
        return self._renderer.render(self._base, rows), self._renderer.render(self._source, rows)

    def edited_images(self, rows: Tensor) -> Tensor:
        """The base images with the edit made in the image, uint8 [B, 3, H, W]."""
        return self._renderer.render(self._after, rows)

    def batches(self, size: int) -> Iterator[Tensor]:
        """The rows of all examples, in order, int64 [B] at a time."""
        return iter(torch.arange(len(self), device=self.target.device).split(size))


def random_patches(scenes: Scenes, geometry: Geometry, seed: int) -> np.ndarray:
    """As many background patches as an object has, drawn at random for each scene: int64 [N, span²].

    Raises:
        UserError: Some scene has too few.
    """
    count, patches = geometry.span**2, geometry.grid**2
    score = np.random.default_rng(seed).random((len(scenes), patches))
    np.put_along_axis(score, scenes.tokens(geometry).reshape(len(scenes), -1), -1, axis=1)
    if ((score >= 0).sum(1) < count).any():
        raise UserError("objects leave too little background for the control 'random_patch'", where="geometry")
    return np.argsort(-score, axis=1)[:, :count]


def _groups(counterfactuals: Counterfactuals) -> dict[tuple[str, str], np.ndarray]:
    """By direction and pair."""
    crossed = {
        (direction, pair): (counterfactuals.direction == direction) & (counterfactuals.pair == pair)
        for direction in DIRECTIONS
        for pair in PAIRS
    }
    return {key: chosen for key, chosen in crossed.items() if chosen.any()}
