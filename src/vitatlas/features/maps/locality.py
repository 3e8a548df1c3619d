"""How local maps are, of any number of maps at once (our reading of appendix F, letters a to d and f).

Where a measure is not defined (a map of one value, of one patch, or without a positive one), it is NaN.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

NAN = float("nan")


def variation(maps: Tensor, least: float) -> Tensor:
    """The coefficient of variation of maps shifted to 0 and above: standard deviation over mean (letter a).

    0 for a constant map, and for one that is nowhere above `least`; up to √(P - 1), of a map that is active in one of
    its P patches.

    Args:
        maps: [..., rows, columns].
        least: The least value that the activation can take.
    """
    values = _shifted(maps, least)
    mean = values.mean(-1)
    return torch.where(mean > 0, values.std(-1, correction=0) / mean, 0.0)


def gini(maps: Tensor, least: float) -> Tensor:
    """The Gini coefficient of maps shifted to 0 and above: 0 for a constant map, 1 - 1/P for one patch of P (letter a).

    Args:
        maps, least: As of `variation`.
    """
    values = _shifted(maps, least).sort(-1).values
    count, total = values.shape[-1], values.sum(-1)
    rank = torch.arange(1, count + 1, dtype=values.dtype, device=values.device)
    found = 2 * (rank * values).sum(-1) / (count * total) - (count + 1) / count
    return torch.where(total > 0, found, 0.0)


def above_half(maps: Tensor) -> Tensor:
    """The share of patches above half the map's maximum (letter b); NaN where the maximum is not above 0.

    Args:
        maps: [..., rows, columns], not shifted.
    """
    values = maps.flatten(-2).double()
    most = values.amax(-1)
    return torch.where(most > 0, (values > most[..., None] / 2).double().mean(-1), NAN)


def token_cosine(tokens: Tensor) -> Tensor:
    """The mean cosine over all pairs of different patches of one picture (letter c).

    Args:
        tokens: [..., rows, columns, D], of the residual stream.
    """
    units = normalize(tokens.flatten(-3, -2).double(), dim=-1)
    count = units.shape[-2]
    if count < 2:
        return units.new_full(units.shape[:-2], NAN)
    # All pairs are the square of the sum; those of a patch with itself are taken away
    return (units.sum(-2).square().sum(-1) - units.square().sum((-2, -1))) / (count * (count - 1))


def moran(maps: Tensor) -> Tensor:
    """Moran's I with the four neighbours of a patch, which weigh alike (letter d; Moran 1950).

    1 where neighbours are equal, -1 on a chessboard, -1/(P - 1) on average where values stand in random order. Alone it
    misleads: a flat map is smooth.

    Args:
        maps: [..., rows, columns].
    """
    deviations = maps.double() - maps.double().mean((-2, -1), keepdim=True)
    down = deviations[..., 1:, :] * deviations[..., :-1, :]
    right = deviations[..., :, 1:] * deviations[..., :, :-1]
    rows, columns = maps.shape[-2:]
    pairs = (rows - 1) * columns + rows * (columns - 1)
    if not pairs:
        return maps.new_full(maps.shape[:-2], NAN, dtype=torch.float64)
    together = (down.sum((-2, -1)) + right.sum((-2, -1))) / pairs
    spread = deviations.square().mean((-2, -1))
    return torch.where(_varies(maps), together / spread, NAN)


def correlation(first: Tensor, second: Tensor) -> Tensor:
    """Pearson's correlation of maps with other maps, patch by patch (letter f).

    Args:
        first, second: [..., rows, columns].
    """
    a, b = (maps.flatten(-2).double() - maps.flatten(-2).double().mean(-1, keepdim=True) for maps in (first, second))
    found = (a * b).sum(-1) / (a.square().sum(-1) * b.square().sum(-1)).sqrt()
    return torch.where(_varies(first) & _varies(second), found.clamp(-1, 1), NAN)


def _varies(maps: Tensor) -> Tensor:
    """Whether a map has more than one value; asked of the values, since means round."""
    return maps.amax((-2, -1)) > maps.amin((-2, -1))


def _shifted(maps: Tensor, least: float) -> Tensor:
    """Values above the least one, [..., P]; below 0 only by rounding, which is cut off."""
    return (maps.flatten(-2).double() - least).clamp_min(0)
