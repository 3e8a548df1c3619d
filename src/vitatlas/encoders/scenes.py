"""Fresh scenes of the picture world for each training step, with what methods ask of them."""

from __future__ import annotations

import pandas as pd
import torch
from torch import Tensor

from vitatlas.images.world.attributes import VALUES
from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.jobs.seeds import derive_seed

SPLIT = "train"


def numbered(scenes: pd.DataFrame, attribute: str) -> Tensor:
    """The number of each scene's value of an attribute, in the order of `VALUES`: int64 [N]."""
    return torch.from_numpy(pd.Index(VALUES[attribute]).get_indexer(pd.Index(scenes[attribute])))


class Scenes:
    """Scenes to train on, a pure function of the settings, the seed and the step.

    Args:
        settings: How they are drawn.
        side: Of the pictures, in pixels.
        batch: Scenes per step.
        device: Where they are rendered.
        seed: What they derive from.
    """

    def __init__(self, settings: WorldSettings, side: int, batch: int, device: torch.device, seed: int):
        self.settings, self.batch, self.device, self.seed = settings, batch, device, seed
        self.renderer = Renderer(side, device)

    def table(self, step: int, of: str = "scenes", **changes: float) -> pd.DataFrame:
        """The table of a step; others of the same step under another name, with other settings."""
        settings = self.settings.model_copy(update=changes)
        return draw(settings, SPLIT, self.batch, derive_seed(self.seed, of, step))
