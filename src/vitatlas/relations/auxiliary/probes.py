"""Losses of linear probes: what objects' tokens, or pairs' tokens, must tell before a block."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from vitatlas.models.build import Classifier
from vitatlas.relations.auxiliary.losses import Learned, Loss, Streams
from vitatlas.relations.auxiliary.objects import Objects
from vitatlas.relations.scenes.colors import IID_COLORS
from vitatlas.relations.scenes.shapes import IID_SHAPES


class Disentanglement(Loss):
    """Shape from the first half of every object token, color from the second, cross-entropy each.

    Figures: the loss, and both accuracies over tokens.
    """

    names = ("disentanglement_loss", "shape_accuracy", "color_accuracy")

    def __init__(self, classifier: Classifier, layer: int):
        super().__init__()
        self.layers, self.middle = (layer,), classifier.width // 2
        self.shape = nn.Linear(self.middle, IID_SHAPES)
        self.color = nn.Linear(classifier.width - self.middle, IID_COLORS)

    def forward(self, classifier: Classifier, streams: Streams, objects: Objects) -> Learned:
        """From the stream entering `layers[0]`."""
        tokens = objects.take(streams[self.layers[0]], classifier.prefix)
        shape, right_shape = _told(self.shape(tokens[..., : self.middle]), objects.shape[..., None])
        color, right_color = _told(self.color(tokens[..., self.middle :]), objects.color[..., None])
        return shape + color, [shape + color, right_shape, right_color]


class Identity(Loss):
    """The control: which of the combinations of shape and color, from the whole token."""

    names = ("identity_loss", "identity_accuracy")

    def __init__(self, classifier: Classifier, layer: int):
        super().__init__()
        self.layers = (layer,)
        self.object = nn.Linear(classifier.width, IID_SHAPES * IID_COLORS)

    def forward(self, classifier: Classifier, streams: Streams, objects: Objects) -> Learned:
        """From the stream entering `layers[0]`."""
        tokens = objects.take(streams[self.layers[0]], classifier.prefix)
        combination = objects.shape * IID_COLORS + objects.color
        loss, right = _told(self.object(tokens), combination[..., None])
        return loss, [loss, right]


class Judgement(Loss):
    """Whether the sample pair, and whether the display pair, is the same: each from its tokens side by side."""

    names = ("judgement_loss", "sample_accuracy", "display_accuracy")

    def __init__(self, classifier: Classifier, layer: int, patches: int):
        super().__init__()
        self.layers = (layer,)
        self.sample = nn.Linear(2 * patches * classifier.width, 2)
        self.display = nn.Linear(2 * patches * classifier.width, 2)

    def forward(self, classifier: Classifier, streams: Streams, objects: Objects) -> Learned:
        """From the stream entering `layers[0]`."""
        tokens = objects.take(streams[self.layers[0]], classifier.prefix)
        sample, right_sample = _told(self.sample(tokens[:, :2].flatten(1)), objects.same[:, 0])
        display, right_display = _told(self.display(tokens[:, 2:].flatten(1)), objects.same[:, 1])
        return sample + display, [sample + display, right_sample, right_display]


def _told(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy and accuracy of logits [..., C] against targets [...], broadcast over tokens."""
    logits = logits.float()
    target = target.expand(logits.shape[:-1])
    loss = F.cross_entropy(logits.flatten(0, -2), target.flatten())
    return loss, (logits.detach().argmax(-1) == target).float().mean()
