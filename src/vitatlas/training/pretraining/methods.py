"""What can be learned from the world: three pretraining objectives, each with the parts that only pretraining needs.

A method is given the classifier whose backbone it trains, and a draw of scenes; it returns the loss and figures worth
seeing. Its own parameters are thrown away afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from timm.models.vision_transformer import Block
from torch import Tensor, nn

from vitatlas.config.training import Pretraining
from vitatlas.models.build import Classifier
from vitatlas.training.pretraining.world import Draw, World
from vitatlas.training.stages import stem, take, through

Learned = tuple[Tensor, dict[str, Tensor]]
"""A loss, and figures by name."""

OUTLINE = 7  # an object's outline is asked for on a grid of this side
FEATURE_WEIGHT = 3.0  # of outline and colour against the relation
WRONG = 3  # wrong descriptions of an image, of either sort, made of its own words
OBJECTS_ONLY = 0.7  # share of the steps that look at the objects' patches alone, which is twice as fast


class Objects(nn.Module):
    """Recognise objects: each patch of an object says its outline and colour early on, and later whether the scene
    holds an identical object."""

    def __init__(self, classifier: Classifier, settings: Pretraining, world: World):
        super().__init__()
        self.settings, self.world = settings, world
        self.outline = nn.Linear(classifier.width, OUTLINE**2)
        self.color = nn.Linear(classifier.width, 3)
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
        features = take(tokens, places)
        below = tokens.detach() if self.settings.detach_features else tokens
        relations = self.relation(take(through(classifier, below, early, self.settings.blocks), places))
        patches = draw.tokens.shape[2]
        shape, color, twin = (value.repeat_interleave(patches, 1) for value in (draw.shape, draw.color, draw.twin))
        losses = {
            "outline": F.binary_cross_entropy_with_logits(self.outline(features), self.outlines[shape]),
            "color": F.mse_loss(self.color(features), self.world.colors[color] / 127.5 - 1),
            "relation": F.cross_entropy(relations.flatten(0, 1), twin.flatten()),
        }
        right = (relations.argmax(-1) == twin).float().mean()
        total = FEATURE_WEIGHT * (losses["outline"] + losses["color"]) + losses["relation"]
        return total, losses | {"relation_accuracy": right}


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


METHODS: dict[str, Callable[[Classifier, Pretraining, World], nn.Module]] = {
    "objects": Objects,
    "captions": Captions,
    "mae": Masked,
}


def kinds(shape: Tensor, color: Tensor) -> Tensor:
    """A number for each combination of shape and colour."""
    return shape * 2**16 + color


def objects_only(tokens: Tensor, draw: Draw, prefix: int) -> Tensor:
    """The prefix tokens, and those of the objects' patches, object by object."""
    return torch.cat([tokens[:, :prefix], take(tokens, draw.tokens.flatten(1) + prefix)], dim=1)
