"""TextSpan: the texts that describe one component best, one after the other (Gandelsman et al. 2024, Algorithm 1)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.components.score.moments import SILENT
from vitatlas.errors import UserError

LEAST_LEFT = 1e-12
"""Of a text's squared length, in units of the first pick's; below it, the picks before it have said it all."""


@dataclass(frozen=True)
class Span:
    """The picks, the best first; fewer than asked for once no text is left that says something new.

    None for a component that does not vary over images.

    Attributes:
        texts: Their numbers.
        deviations: Standard deviation over images of what was left of the component along what was left of each text.
        explained: Share of the component's variance that each text and those before it explain together.
    """

    texts: list[int]
    deviations: list[float]
    explained: list[float]


def textspan(contributions: Tensor, texts: Tensor, count: int) -> Span:
    """The `count` texts that explain most of a component's variance over images, found greedily.

    After each pick, its direction is taken out of contributions and texts alike. Texts keep the length that this leaves
    them. Of equal ones the first is taken, none twice.

    Args:
        contributions: f_i(c_i) of one component [images, d'].
        texts: Embeddings [M, d'].
        count: How many to pick, up to M.

    Raises:
        UserError: Fewer than two images; more texts asked for than there are.
    """
    _check(contributions, texts, count)
    x, t = contributions.double(), texts.double()
    centred, span = x - x.mean(0), Span([], [], [])
    if centred.square().sum() > SILENT**2 * x.square().sum():
        _pick(centred, t, count, span)
    return span


def _pick(x: Tensor, t: Tensor, count: int, span: Span) -> None:
    whole, least = x.square().sum(), 0.0
    picked = torch.zeros(len(t), dtype=torch.bool, device=t.device)
    for _ in range(count):
        deviations = x.matmul(t.T).std(0).masked_fill(picked, -torch.inf)
        pick = int(deviations.argmax())  # the first of equals
        direction, length = t[pick], float(t[pick] @ t[pick])
        if length <= least:
            break
        least = least or LEAST_LEFT * length
        picked[pick] = True
        x, t = _without(x, direction), _without(t, direction)
        span.texts.append(pick)
        span.deviations.append(float(deviations[pick]))
        span.explained.append(float(1 - x.square().sum() / whole))


def _without(vectors: Tensor, direction: Tensor) -> Tensor:
    """Vectors [N, d'] without their parts along the direction [d']."""
    return vectors - torch.outer(vectors @ direction / (direction @ direction), direction)


def _check(contributions: Tensor, texts: Tensor, count: int) -> None:
    if len(contributions) < 2:
        raise UserError(f"TextSpan needs at least two images, here are {len(contributions)}", remedy="take more images")
    if not 1 <= count <= len(texts):
        raise UserError(f"{count} texts are to be picked of {len(texts)}", remedy=f"ask for 1 to {len(texts)}")
