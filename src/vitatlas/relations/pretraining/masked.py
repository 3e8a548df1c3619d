"""Reconstructing masked patches, as a pretraining."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.models.build import Classifier
from vitatlas.models.plain import Block
from vitatlas.models.stages import stem, take, through
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.pretraining.shared import Learned
from vitatlas.relations.pretraining.world import Draw, World


class Masked(nn.Module):
    """Reconstruct masked patches (He et al. 2022): the encoder sees the others only, a light decoder fills in."""

    def __init__(self, classifier: Classifier, settings: Pretraining, world: World):
        super().__init__()
        width, patches = classifier.width, classifier.grid**2
        self.visible = patches - round(settings.masked * patches)
        self.blocks, self.patch = settings.blocks, world.geometry.patch
        self.mask = nn.Parameter(torch.zeros(width))
        self.position = nn.Parameter(classifier.backbone.get_parameter("pos_embed")[0, -patches:].detach().clone())
        self.enter = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        self.decoder = Block(width, classifier.heads, mlp_ratio=2.0)
        self.pixels = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 3 * self.patch**2))

    def forward(self, classifier: Classifier, draw: Draw, rng: np.random.Generator) -> Learned:
        """The mean squared error of the masked patches' normalised pixels."""
        prefix = classifier.prefix
        tokens = stem(classifier, draw.images, 0)
        count, patches = len(tokens), tokens.shape[1] - prefix
        order = torch.from_numpy(rng.permuted(np.tile(np.arange(patches), (count, 1)), axis=1)).to(tokens.device)
        seen, hidden = order[:, : self.visible], order[:, self.visible :]
        tokens = torch.cat([tokens[:, :prefix], take(tokens, seen + prefix)], dim=1)
        known = self.enter(through(classifier, tokens, 0, self.blocks)[:, prefix:])
        asked = self.mask + self.position[hidden]
        decoded = self.decoder(torch.cat([known + self.position[seen], asked], dim=1))
        loss = F.mse_loss(self.pixels(decoded[:, self.visible :]), take(self._patches(classifier, draw), hidden))
        return loss, {}

    def _patches(self, classifier: Classifier, draw: Draw) -> Tensor:
        """Normalised pixels by patch: [B, patches, 3·patch²]."""
        return F.unfold(classifier.normalise(draw.images), self.patch, stride=self.patch).transpose(1, 2)
