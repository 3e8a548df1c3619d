"""Images by text and by image, from what chosen components write (paper, Figures 3, 4 and 7 to 12)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.components.score.ranking import Values, largest, ranked
from vitatlas.components.score.rules import Similarity
from vitatlas.errors import UserError

CHUNK = 512  # probes compared with all images at once


def columns(scores: Values, width: int) -> list[np.ndarray]:
    """Components in columns of `width` by descending score [n], those without one last; the last may be narrower."""
    order = ranked(scores)
    return [order[start : start + width] for start in range(0, len(order), width)]


def column_values(
    contributions: Tensor, chosen: Sequence[np.ndarray], texts: Tensor, similarity: Similarity = "cosine"
) -> Tensor:
    """Similarity of each column's Σ f_i(c_i) with each text: float64 [B, columns, T].

    Args:
        contributions: f_i(c_i) of a batch of images [B, n, d'].
        chosen: Numbers of the components of each column.
        texts: Embeddings [T, d'].
        similarity: `cosine`, or `dot` with the sum's length left in.
    """
    sums = torch.stack([contributions[:, torch.from_numpy(column)].double().sum(1) for column in chosen], dim=1)
    if similarity == "cosine":
        sums = F.normalize(sums, dim=-1)
    return sums @ F.normalize(texts.double(), dim=-1).T


def precision(values: Values, relevant: np.ndarray, count: int) -> float:
    """The share of relevant images (bool [N]) among the `count` of largest values [N].

    Raises:
        UserError: More asked for than there are.
    """
    return float(np.asarray(relevant)[largest(values, count)].mean())


def nearest(pool: Tensor, probes: Tensor, count: int, itself: Tensor | None = None) -> Tensor:
    """The `count` images of the pool [N, d] nearest to each probe [P, d] by cosine, ties by index: int64 [P, count].

    Args:
        pool: Σ c_i over chosen components, in the model's space.
        probes: The same of the probes.
        count: How many for each.
        itself: Each probe's number in the pool, which is left out; None for probes that are not in the pool.

    Raises:
        UserError: More asked for than there are.
    """
    most = len(pool) - (itself is not None)
    if not 1 <= count <= most:
        raise UserError(f"{count} images are to be found in a pool of {most}", remedy=f"ask for 1 to {most}")
    found = []
    for start in range(0, len(probes), CHUNK):
        part = slice(start, start + CHUNK)
        cosines = _cosines(pool, probes[part], None if itself is None else itself[part])
        found.append(cosines.sort(dim=1, descending=True, stable=True).indices[:, :count])
    return torch.cat(found)


def _cosines(pool: Tensor, probes: Tensor, itself: Tensor | None) -> Tensor:
    """[P, N], -inf for the probe itself."""
    cosines = F.normalize(probes.double(), dim=1) @ F.normalize(pool.double(), dim=1).T
    return cosines if itself is None else cosines.scatter(1, itself[:, None], -torch.inf)
