"""Matching two pictures of one object, without any label: the stand-in for self-distillation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

from vitatlas.encoders.methods.contrast import both_ways
from vitatlas.encoders.methods.method import Learned, Method
from vitatlas.encoders.scenes import Scenes
from vitatlas.images.world.counterfactuals import change
from vitatlas.jobs.seeds import derive_seed
from vitatlas.models.encoder import Encoder

OF_OBJECT = ("category", "color", "pattern")
"""Attributes that both pictures of a pair have in common, with the count."""
OF_LOCATION = ("location", "background")
TEMPERATURE = 0.1


class Views(Method):
    """Find the other picture of the same object among those of the batch (SimCLR, Chen et al. 2020).

    The second picture has the object at another place, in another size and turn; in a share of the pairs it has the
    first one's background, else another.

    Args:
        same_location: That share.
    """

    def __init__(self, encoder: Encoder, scenes: Scenes, same_location: float):
        super().__init__(encoder, scenes)
        width = encoder.width
        self.same_location = same_location
        self.project = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, step: int) -> Learned:
        """The loss, and how often a picture finds its partner."""
        first = self.scenes.table(step)
        others = self.scenes.table(step, "second", many=0.0)
        second = partner(first, others, self.same_location, derive_seed(self.scenes.seed, "same location", step))
        vectors = [self.encoder(self.scenes.renderer(scenes)) for scenes in (first, second)]
        ends = [F.normalize(self.project(z), dim=-1) for z in vectors]
        logits = (ends[0] @ ends[1].T).float() / TEMPERATURE
        own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
        accuracy = (logits.argmax(1) == own.float().argmax(1)).float().mean()
        return both_ways(logits, own), {"accuracy": accuracy}


def partner(first: pd.DataFrame, second: pd.DataFrame, same_location: float, seed: int) -> pd.DataFrame:
    """The scenes of `second` with the objects of `first`, and in a share of them with its backgrounds.

    Args:
        second: Scenes of one object each.
    """
    found = change(second, "count", first["count"].tolist())
    found[list(OF_OBJECT)] = first[list(OF_OBJECT)].to_numpy()
    same = np.random.default_rng(seed).random(len(first)) < same_location
    found.loc[same, list(OF_LOCATION)] = first.loc[same, list(OF_LOCATION)].to_numpy()
    return found
