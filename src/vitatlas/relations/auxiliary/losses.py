"""Auxiliary losses as fine-tuning sees them: they read residual streams and return a loss and figures.

Knows none of the losses, so that the ordinary fine-tuning does not depend on how they are computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from vitatlas.models.build import Classifier
from vitatlas.relations.auxiliary.objects import Objects

Streams = Mapping[int, Tensor]
"""The residual stream [B, T, D] that enters a block, by block."""

Learned = tuple[Tensor, list[Tensor]]
"""A loss, and figures worth seeing (scalars), in the order of their names."""


class Loss(nn.Module):
    """One loss, with the probes that only it needs. Called with the classifier, streams and objects of a batch.

    Attributes:
        layers: The blocks whose input it reads.
        names: Of its figures; the first is the loss itself.
    """

    layers: tuple[int, ...]
    names: tuple[str, ...]

    def forward(self, classifier: Classifier, streams: Streams, objects: Objects) -> Learned:
        """The loss and its figures."""
        raise NotImplementedError


class Auxiliary(nn.Module):
    """The auxiliary losses of one run, with their probes, which are trained with the model and not kept.

    Args:
        losses: What is added to the task's loss; none: nothing is.
        weights: The factor of each.

    Attributes:
        layers: The blocks whose input the losses read.
        names: Of the figures, in order.
    """

    def __init__(self, losses: Sequence[Loss] = (), weights: Sequence[float] = ()):
        super().__init__()
        self.losses, self.weights = nn.ModuleList(losses), list(weights)
        self.layers = tuple(sorted({layer for loss in losses for layer in loss.layers}))
        self.names = tuple(name for loss in losses for name in loss.names)

    def forward(self, classifier: Classifier, streams: Streams, objects: Objects) -> tuple[Tensor, Tensor]:
        """The weighted sum of the losses, and all figures [F], of a batch with at least one loss.

        Args:
            classifier: The model that made the streams.
            streams: The residual stream [B, T, D] that enters each of `layers`.
            objects: Those of the batch.
        """
        found = [loss(classifier, streams, objects) for loss in self.losses]
        total = torch.stack([weight * loss for weight, (loss, _) in zip(self.weights, found, strict=True)]).sum()
        return total, torch.stack([figure for _, figures in found for figure in figures]).detach()
