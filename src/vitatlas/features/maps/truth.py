"""The fit of maps to where objects are, of all maps against all masks (our reading of appendix F, letter e).

On the diagonal a map is held against the mask of its own picture, beside it against masks of other pictures: that is
what a map scores that knows nothing of the picture. Where no patch is on the object, or all are, a fit is NaN.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from vitatlas.models.sites.layouts import Grid


def on_object(masks: Tensor, grid: Grid) -> Tensor:
    """Which patches the object covers by half or more: bool [K, rows, columns].

    Args:
        masks: bool [K, height, width].
        grid: Rows and columns of patches.
    """
    return adaptive_avg_pool2d(masks[:, None].double(), grid)[:, 0] >= 0.5


def auc(maps: Tensor, truths: Tensor) -> Tensor:
    """The area under the ROC curve of activation for patches on the object: float64 [N, K].

    By ranks (Mann and Whitney 1947); equal values share theirs, so that a constant map has .5.

    Args:
        maps: [N, rows, columns].
        truths: bool [K, rows, columns].
    """
    ranks, inside = _ranks(maps.flatten(1)), truths.flatten(1).double()
    on = inside.sum(1)
    found = (ranks @ inside.T - on * (on + 1) / 2) / (on * (inside.shape[1] - on))
    return _defined(found, truths)


def pointing(maps: Tensor, truths: Tensor) -> Tensor:
    """Whether the most active patch is on the object: float64 [N, K]; of several, the share that is.

    Args:
        maps, truths: As of `auc`.
    """
    values = maps.flatten(1)
    best = (values == values.amax(1, keepdim=True)).double()
    return _defined(best @ truths.flatten(1).double().T / best.sum(1, keepdim=True), truths)


def best_iou(maps: Tensor, truths: Tensor) -> Tensor:
    """Intersection over union of the object and the patches above a threshold, at the best threshold: float64 [N, K].

    Args:
        maps, truths: As of `auc`.
    """
    inside = truths.flatten(1).double()
    found = torch.stack([_best_iou(values, inside) for values in maps.flatten(1)])
    return _defined(found, truths)


def _best_iou(values: Tensor, inside: Tensor) -> Tensor:
    """Of one map [P] against masks [K, P]: [K]."""
    order = values.argsort(descending=True)
    ranked, hits = values[order], inside[:, order].cumsum(1)
    # No threshold divides equal values
    ends = torch.cat([ranked[1:] != ranked[:-1], ranked.new_ones(1, dtype=torch.bool)]).nonzero().squeeze(1)
    union = (ends + 1) + inside.sum(1, keepdim=True) - hits[:, ends]
    best: Tensor = (hits[:, ends] / union).amax(1)
    return best


def _ranks(values: Tensor) -> Tensor:
    """Ranks from 1 on within each row, equal values sharing the mean of theirs: float64 [N, P]."""
    ordered = values.contiguous().sort(1).values
    below = torch.searchsorted(ordered, values.contiguous(), right=False)
    up_to = torch.searchsorted(ordered, values.contiguous(), right=True)
    return (below + up_to + 1).double() / 2


def _defined(found: Tensor, truths: Tensor) -> Tensor:
    covered = truths.flatten(1)
    return torch.where(covered.any(1) & ~covered.all(1), found, float("nan"))
