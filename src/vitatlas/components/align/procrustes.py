"""One rotation of the whole representation onto the text space, in closed form.

Orthogonal Procrustes (Schönemann, 1966), centred, with a scale. Beyond the paper: a rotation that all components share
cannot turn small components at random, as maps that are learned from the sum alone do.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.components.align.isometry import polar
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.pairs import Pairs
from vitatlas.errors import UserError


@dataclass(frozen=True)
class Moments:
    """Of representations z = Σ_i c_i and targets y: means [width], [text width], centred second moments of z with
    itself [width, width] and with y [width, text width]; float64."""

    mean: Tensor
    target: Tensor
    own: Tensor
    cross: Tensor


@dataclass(frozen=True)
class Rotation:
    """z ↦ scale · z `turn` + bias, with `turn` [width, text width] an isometry (backwards into a narrower space)."""

    turn: Tensor
    scale: float
    bias: Tensor

    def maps(self, components: int) -> Maps:
        """The same rotation for every component."""
        return Maps("procrustes", (self.scale * self.turn)[None].float(), self.bias.float(), components)


def moments(pairs: Pairs) -> Moments:
    """The moments of a split, batch by batch."""
    _, width, text_width = pairs.shape
    first = _representations(*pairs.batch(slice(0, 1)))
    sums = torch.zeros(width).double(), torch.zeros(text_width).double()
    own, cross = torch.zeros(width, width).double(), torch.zeros(width, text_width).double()
    for batch in pairs.batches():
        # Relative to the first image: little is lost to rounding, and nothing is left where all are the same.
        z, y = (part - start for part, start in zip(_representations(*batch), first, strict=True))
        sums[0].add_(z.sum(0))
        sums[1].add_(y.sum(0))
        own += z.mT @ z
        cross += z.mT @ y
    mean, target = (part / len(pairs) for part in sums)
    own, cross = own / len(pairs) - mean.outer(mean), cross / len(pairs) - mean.outer(target)
    return Moments(first[0][0] + mean, first[1][0] + target, own, cross)


def _representations(contributions: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """z = Σ_i c_i [images, width] and y [images, text width] in float64."""
    return contributions.double().sum(1), targets.double()


def procrustes(pairs: Pairs) -> Rotation:
    """The rotation of representations that is nearest to their targets: the polar factor of their cross-covariance.

    Scale and bias are those of the least squared distance, given the rotation.

    Raises:
        UserError: Fewer images than determine a rotation; representations or targets that are the same in all images.
    """
    _, width, text_width = pairs.shape
    needed = min(width, text_width) + 1
    if len(pairs) < needed:
        raise UserError(
            f"{len(pairs)} images do not determine a rotation of {width} into {text_width} dimensions, {needed} do",
            where=pairs.where,
            remedy="align with more images",
        )
    found = moments(pairs)
    turn = polar(found.cross)
    agreement, spread = float((turn * found.cross).sum()), float((turn * (found.own @ turn)).sum())
    if not (agreement > 0 and spread > 0):
        raise UserError(
            "representations or targets are the same in all images: no rotation follows from them",
            where=pairs.where,
            remedy="look at the model's weights, and at the images",
        )
    scale = agreement / spread
    return Rotation(turn, scale, found.target - scale * found.mean @ turn)
