"""Recognising objects and finding identical ones, as a pretraining."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.models.build import Classifier
from vitatlas.models.stages import stem, take, through
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.pretraining.shared import OBJECTS_ONLY, Learned, objects_only
from vitatlas.relations.pretraining.world import Draw, World

OUTLINE = 7  # an object's outline is asked for on a grid of this side
DISTORTED = 4  # one axis in DISTORTED is stretched


class Objects(nn.Module):
    """Recognise objects: early on, each patch of an object says what it belongs to, and later whether the scene holds
    an identical object.

    What an object is, is told by the names of its shape and its colour, and by how they look: outline and RGB.
    """

    def __init__(self, classifier: Classifier, settings: Pretraining, world: World):
        super().__init__()
        self.settings, self.world = settings, world
        self.shape = nn.Linear(classifier.width, len(world.silhouettes))
        self.color = nn.Linear(classifier.width, len(world.colors))
        self.outline = nn.Linear(classifier.width, OUTLINE**2)
        self.rgb = nn.Linear(classifier.width, 3)
        self.relation = nn.Linear(classifier.width, 2)
        self.outlines: Tensor
        outlines = F.adaptive_avg_pool2d(world.silhouettes[:, None].float(), OUTLINE).flatten(1)
        self.register_buffer("outlines", outlines, persistent=False)

    def forward(self, classifier: Classifier, draw: Draw, rng: np.random.Generator) -> Learned:
        """The loss, and how often the relation is told rightly."""
        tokens = stem(classifier, draw.images, 0)
        places = draw.tokens.flatten(1) + classifier.prefix
        if rng.random() < OBJECTS_ONLY:
            tokens = objects_only(tokens, draw, classifier.prefix)
            places = torch.arange(classifier.prefix, tokens.shape[1], device=places.device).expand(len(places), -1)
        early = self.settings.features_block + 1
        tokens = through(classifier, tokens, 0, early)
        compared = distort(damp(tokens, self.settings.relation_gradient), self.settings.distortion, rng)
        late = through(classifier, compared, early, self.settings.blocks)
        asked = (draw.shape, draw.color, draw.twin)  # of an object, and so of each of its patches
        shape, color, twin = (each.repeat_interleave(draw.tokens.shape[2], 1).flatten() for each in asked)
        relations = self.relation(take(late, places).flatten(0, 1))
        losses = self._features(take(tokens, places).flatten(0, 1), shape, color)
        losses["relation"] = F.cross_entropy(relations, twin)
        right = (relations.argmax(-1) == twin).float().mean()
        return torch.stack([*losses.values()]).sum(), losses | {"relation_accuracy": right}

    def _features(self, features: Tensor, shape: Tensor, color: Tensor) -> dict[str, Tensor]:
        """Losses of what the objects' patches [N, D] say of shape and colour [N]."""
        rgb = self.world.colors[color] / 127.5 - 1
        return {
            "shape": F.cross_entropy(self.shape(features), shape),
            "color": F.cross_entropy(self.color(features), color),
            "outline": F.binary_cross_entropy_with_logits(self.outline(features), self.outlines[shape]),
            "rgb": F.mse_loss(self.rgb(features), rgb),
        }


def damp(tokens: Tensor, share: float) -> Tensor:
    """The same tokens; of a gradient, `share` passes."""
    return tokens.detach() + share * (tokens - tokens.detach())


def distort(tokens: Tensor, strength: float, rng: np.random.Generator) -> Tensor:
    """Tokens [B, T, D] stretched along a random part of the axes of the residual stream, which are turned at random,
    and then as a whole.

    Both factors, between exp(-strength) and exp(strength), are drawn for each scene: equal tokens of a scene stay
    equal.
    """
    if not strength:
        return tokens
    count, _, width = tokens.shape
    to = lambda array: torch.from_numpy(array).to(tokens.device, torch.float32)  # noqa: E731
    axes = torch.linalg.qr(to(rng.normal(size=(width, width // DISTORTED))))[0]
    part, whole = to(np.exp(rng.uniform(-strength, strength, size=(2, count, 1, 1))))
    return whole * (tokens + (part - 1) * (tokens @ axes) @ axes.T)
