"""The scenes of one split as what the trained part of a model takes in, batch by batch, on the device."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vitatlas.relations.auxiliary.objects import Objects
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes


class Inputs:
    """Images drawn when they are asked for; or, behind a frozen stem, its output, computed once and kept.

    Args:
        renderer: Draws the scenes, on the device that trains.
        scenes: N scenes.
        stem: The frozen part of the model, uint8 images [B, 3, H, W] → tokens [B, T, D]; None if nothing is frozen.
        batch: Scenes that go through the stem together.

    Attributes:
        labels: int64 [N], on the device.
        objects: Where the objects are and what they are, on the device.
    """

    def __init__(self, renderer: Renderer, scenes: Scenes, stem: Callable[[Tensor], Tensor] | None, batch: int):
        self._renderer, self._scenes = renderer, renderer.load(scenes)
        self.labels = self._scenes.label
        self.objects = Objects.of(scenes, renderer.geometry, renderer.device)
        self._tokens = None if stem is None else self._through(stem, batch)

    def __len__(self) -> int:
        return len(self.labels)

    def __call__(self, index: Tensor) -> Tensor:
        """The inputs of the scenes `index` (int64 [B], on the device)."""
        return self._renderer.render(self._scenes, index) if self._tokens is None else self._tokens[index]

    @torch.no_grad()
    def _through(self, stem: Callable[[Tensor], Tensor], batch: int) -> Tensor:
        rows = torch.arange(len(self), device=self.labels.device)
        return torch.cat([stem(self._renderer.render(self._scenes, index)) for index in rows.split(batch)])
