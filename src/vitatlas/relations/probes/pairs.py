"""Scenes of relational match to sample as what probes need: images, and the tokens and the relation of each pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.relations.scenes.counterfactuals import PAIRS
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes


class Pairs:
    """N images of two pairs each, in the order of `PAIRS`; n tokens per object.

    Args:
        scenes: What the images show.
        renderer: Draws them, on the device that computes.
        prefix: Tokens before the patches.

    Attributes:
        tokens: int64 [N, 2, 2n], tokens of each pair: those of its first object, then those of its second.
        same: int64 [N, 2], whether the pair's objects are the same.
        flipped: int64 [N], the answer that would be right if one pair's relation were the other one.

    Raises:
        UserError: The scenes are of another task, or objects share tokens.
    """

    def __init__(self, scenes: Scenes, renderer: Renderer, prefix: int):
        if scenes.objects != 2 * len(PAIRS):
            problem = f"scenes of {scenes.objects} objects have no intermediate judgement"
            raise UserError(problem, remedy="probe models of the task rmts")
        tokens = scenes.tokens(renderer.geometry).reshape(len(scenes), -1)
        _check_apart(tokens)
        self._renderer, self._scenes = renderer, renderer.load(scenes)
        relations = np.stack([scenes.sample_same, scenes.display_same], axis=1)
        self.tokens, self.same, self.flipped = (
            torch.from_numpy(values.astype(np.int64)).to(renderer.device)
            for values in (prefix + tokens.reshape(len(scenes), len(PAIRS), -1), relations, 1 - scenes.label)
        )

    def __len__(self) -> int:
        return len(self.flipped)

    def images(self, rows: Tensor) -> Tensor:
        """The images uint8 [B, 3, H, W] of `rows`."""
        return self._renderer.render(self._scenes, rows)

    def batches(self, size: int) -> Iterator[Tensor]:
        """The rows of all images, in order, int64 [B] at a time."""
        return iter(torch.arange(len(self), device=self.flipped.device).split(size))


def balanced(scenes: Scenes, per_label: int, split: str) -> Scenes:
    """The first `per_label` scenes of either label, in their order.

    Raises:
        UserError: There are fewer.
    """
    found = [np.flatnonzero(scenes.label == label)[:per_label] for label in (0, 1)]
    fewest = min(map(len, found))
    if fewest < per_label:
        raise UserError(
            f"{per_label} images per label are asked for, the split '{split}' has {fewest}",
            where=f"key 'relations.probe.images_per_label.{split}'",
            remedy=f"ask for fewer, or make more scenes (key 'relations.stimuli.sizes.{split}')",
        )
    return scenes[np.sort(np.concatenate(found))]


def _check_apart(tokens: np.ndarray) -> None:
    """No token [N, …] twice in a scene."""
    distinct = 1 + (np.diff(np.sort(tokens, axis=1), axis=1) > 0).sum(1)
    if len(tokens) and distinct.min() < tokens.shape[1]:
        scene = int(distinct.argmin())
        problem = f"objects overlap in scene {scene}: they lie on {distinct[scene]} tokens, not on {tokens.shape[1]}"
        raise UserError(problem, where="the table of scenes", remedy="delete it and make it again")
