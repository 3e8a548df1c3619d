"""The tasks' shapes, colours and combinations that a pretraining has shown, counted as they are drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.relations.pretraining.world import World
from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.shapes import atlas

NONE = -1
"""In the place of a shape or a colour: none of the tasks' own."""


class Shown:
    """Objects shown so far, by the tasks' shape and colour. The world is not believed: silhouettes and colours count as
    the tasks' where they are equal to them.

    Attributes:
        counts: int64 [shapes + 1, colours + 1] on the world's device, of objects; the last row and column are of
            shapes and colours that are none of the tasks'.
    """

    def __init__(self, world: World):
        device = world.device
        shapes = torch.from_numpy(atlas(world.geometry.sprite).copy()).to(device)
        colors = torch.from_numpy(COLORS.astype(np.int64)).to(device)
        self._shape, self._color = _matches(world.silhouettes, shapes), _matches(world.colors, colors)
        self.counts = torch.zeros(len(shapes) + 1, len(colors) + 1, dtype=torch.int64, device=device)

    def count(self, shape: Tensor, color: Tensor) -> None:
        """Add objects: rows of the world's silhouettes and colours, int64 of any shape, on its device."""
        kind = self._shape[shape] * self.counts.shape[1] + self._color[color]
        self.counts += kind.flatten().bincount(minlength=self.counts.numel()).view_as(self.counts)

    def table(self) -> pd.DataFrame:
        """One row per shape and colour of the tasks, and for `NONE` of them: shape, color, objects."""
        shapes, colors = self.counts.shape
        rows = pd.MultiIndex.from_product([[*range(shapes - 1), NONE], [*range(colors - 1), NONE]])
        table = pd.DataFrame({"objects": self.counts.flatten().cpu().numpy()}, index=rows)
        return table.rename_axis(["shape", "color"]).reset_index()


def _matches(things: Tensor, known: Tensor) -> Tensor:
    """For each thing, which of the known ones it is equal to; their number for none: int64 [things]."""
    same = (things.flatten(1)[:, None] == known.flatten(1)).all(2)
    return torch.where(same.any(1), same.int().argmax(1), len(known))
