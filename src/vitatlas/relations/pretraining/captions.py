"""Matching scenes with descriptions, as a pretraining."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.models.build import Classifier
from vitatlas.models.stages import stem, through
from vitatlas.relations.config.training import Pretraining
from vitatlas.relations.pretraining.shared import OBJECTS_ONLY, Learned, objects_only
from vitatlas.relations.pretraining.world import Draw, World

WRONG = 3  # wrong descriptions of an image, of either sort, made of its own words


class Captions(nn.Module):
    """Match scenes with descriptions, as CLIP does: "two pink hearts, one cyan heart, …" in any order.

    A description is a bag of phrases, one per kind of object: a number, a colour and a shape word, bound by a small
    network. An image has to be told from the descriptions of the batch's other scenes, and from wrong ones made of its
    own words: with the colours swapped, or with one object taken for a second one of another kind.
    """

    def __init__(self, classifier: Classifier, settings: Pretraining, world: World):
        super().__init__()
        width = classifier.width
        self.shape_words = nn.Embedding(len(world.silhouettes), width)
        self.color_words = nn.Embedding(len(world.colors), width)
        self.numbers = nn.Embedding(settings.objects + 1, width)
        self.phrase = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.text = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        self.image = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        self.blocks = settings.blocks
        self.log_scale = nn.Parameter(torch.tensor(10.0).log())

    def forward(self, classifier: Classifier, draw: Draw, rng: np.random.Generator) -> Learned:
        """The contrastive loss within the batch, and how often an image finds its description."""
        tokens = stem(classifier, draw.images, 0)
        if rng.random() < OBJECTS_ONLY:
            tokens = objects_only(tokens, draw, classifier.prefix)
        cls = through(classifier, tokens, 0, self.blocks)[:, 0]
        image, text = F.normalize(self.image(cls), dim=-1), self.describe(draw.shape, draw.color)
        logits = self.log_scale.exp() * image @ text.T
        among = torch.cat([logits, self._against_wrong(image, draw, rng)], dim=1)
        own = torch.arange(len(logits), device=logits.device)
        loss = (F.cross_entropy(among, own) + F.cross_entropy(logits.T, own)) / 2
        return loss, {"accuracy": (among.argmax(1) == own).float().mean()}

    def _against_wrong(self, image: Tensor, draw: Draw, rng: np.random.Generator) -> Tensor:
        """Logits [B, 2·WRONG] of each image and wrong descriptions of it; -inf where one is true by chance."""
        count, objects = draw.shape.shape
        orders = np.tile(np.arange(objects), (2 * WRONG, count, 1))
        orders[:WRONG] = rng.permuted(orders[:WRONG], axis=2)  # of the colours
        replaced, by = rng.permuted(orders[WRONG:], axis=2)[..., :2, None].transpose(2, 0, 1, 3)
        np.put_along_axis(orders[WRONG:], replaced, by, axis=2)  # of shapes and colours
        index = torch.from_numpy(orders).to(image.device)
        color = draw.color.expand_as(index).gather(2, index)
        index[:WRONG] = torch.arange(objects, device=image.device)
        shape = draw.shape.expand_as(index).gather(2, index)
        true = (kinds(shape, color).sort(2)[0] == kinds(draw.shape, draw.color).sort(1)[0]).all(2)
        logits = self.log_scale.exp() * (image * self.describe(shape, color)).sum(-1)
        return logits.masked_fill(true, -torch.inf).T

    def describe(self, shape: Tensor, color: Tensor) -> Tensor:
        """Unit vectors [..., D] of the descriptions of scenes with objects of shape and colour [..., K]."""
        kind = kinds(shape, color)
        number = (kind[..., None] == kind[..., None, :]).sum(-1)
        phrases = self.phrase(self.shape_words(shape) + self.color_words(color) + self.numbers(number))
        return F.normalize(self.text((phrases / number[..., None]).sum(-2)), dim=-1)  # each kind is mentioned once


def kinds(shape: Tensor, color: Tensor) -> Tensor:
    """A number for each combination of shape and colour."""
    return shape * 2**16 + color
