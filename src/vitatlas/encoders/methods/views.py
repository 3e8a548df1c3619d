"""Matching two pictures of one object, without any label: the stand-in for self-distillation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.encoders.methods.contrast import both_ways
from vitatlas.encoders.methods.method import Learned, Method
from vitatlas.encoders.scenes import Scenes
from vitatlas.errors import UserError
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
    first one's background, else another. Where patches are hidden, their mean colours are told from what the rest
    makes of their places.

    Args:
        same_location: That share.
        masked: Share of the first picture's patches that are hidden.

    Raises:
        UserError: Patches are to be hidden, and the network has no tokens of patches.
    """

    def __init__(self, encoder: Encoder, scenes: Scenes, same_location: float, masked: float):
        super().__init__(encoder, scenes)
        width = encoder.width
        self.same_location, self.masked = same_location, masked
        self.project = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        if masked:
            if not hasattr(encoder.backbone, "_pos_embed"):
                raise UserError(
                    f"architecture '{encoder.entry.timm}' has no tokens of patches that could be hidden",
                    where="key 'masked' of the encoder's pretraining",
                    remedy="choose a plain vision transformer, or set masked: 0",
                )
            self.hidden = nn.Parameter(torch.zeros(encoder.backbone.embed_dim))
            self.pixels = nn.Linear(encoder.backbone.embed_dim, 3)

    def forward(self, step: int) -> Learned:
        """The loss, and how often a picture finds its partner."""
        first = self.scenes.table(step)
        others = self.scenes.table(step, "second", many=0.0)
        second = partner(first, others, self.same_location, derive_seed(self.scenes.seed, "same location", step))
        images = [self.scenes.renderer(scenes) for scenes in (first, second)]
        told, z = self._first(images[0], step)
        ends = [F.normalize(self.project(vectors), dim=-1) for vectors in (z, self.encoder(images[1]))]
        logits = (ends[0] @ ends[1].T).float() / TEMPERATURE
        own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
        accuracy = (logits.argmax(1) == own.float().argmax(1)).float().mean()
        return both_ways(logits, own) + told, {"accuracy": accuracy}

    def _first(self, images: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """The loss of telling hidden patches (0 without any), and z."""
        if not self.masked:
            return images.new_zeros((), dtype=torch.float32), self.encoder(images)
        vit = self.encoder.backbone
        pictures = self.encoder.normalise(images)
        tokens = vit.patch_embed(pictures)
        generator = torch.Generator().manual_seed(derive_seed(self.scenes.seed, "hidden", step))
        hidden = (torch.rand(tokens.shape[:2], generator=generator) < self.masked).to(tokens.device)
        tokens = torch.where(hidden[..., None], self.hidden, tokens)
        features = vit.norm(vit.blocks(vit.norm_pre(vit.patch_drop(vit._pos_embed(tokens)))))
        patch = vit.patch_embed.patch_size[0]
        wanted = F.avg_pool2d(pictures, patch).flatten(2).transpose(1, 2)
        told = self.pixels(features[:, vit.num_prefix_tokens :])
        return F.mse_loss(told[hidden].float(), wanted[hidden]), self.encoder.read(features)


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
