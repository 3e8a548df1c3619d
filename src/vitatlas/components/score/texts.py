"""Features, each described by a few texts, and the directions that these span."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from vitatlas.errors import UserError

LEAST_NEW = 1e-5
"""Share of a text's length that its predecessors must leave unexplained; float32 embeddings are right to 1e-7."""


class Features:
    """The texts of all features, and orthonormal bases of their spans.

    Args:
        texts: CLIP embeddings of each feature's texts, in order [k, d'].

    Attributes:
        names: Of the features.
        texts: All texts, L2-normalised, feature by feature: float64 [K, d'].
        bases: In the place of each feature's texts an orthonormal basis of their span: float64 [K, d'].

    Raises:
        UserError: No features; one with fewer than two texts, a text twice, or linearly dependent texts; features of
            different spaces.
    """

    def __init__(self, texts: Mapping[str, Tensor]):
        self.names = list(texts)
        if len({given.shape[1] for given in texts.values()}) != 1:
            raise UserError(
                "the features have no texts in one common space",
                where=f"features {self.names}",
                remedy="embed the texts of all features with the same text tower",
            )
        self.texts = torch.cat([F.normalize(given.double(), dim=1) for given in texts.values()])
        self.bases = torch.cat([basis(name, given) for name, given in texts.items()])
        self._sizes = [len(given) for given in texts.values()]

    def sums(self, values: Tensor) -> Tensor:
        """Sums [N, features] of `values` [N, K] over each feature's directions or texts."""
        return torch.stack([part.sum(1) for part in values.split(self._sizes, dim=1)], dim=1)

    def means(self, values: Tensor) -> Tensor:
        """Means [N, features] of `values` [N, K] over each feature's directions or texts."""
        return torch.stack([part.mean(1) for part in values.split(self._sizes, dim=1)], dim=1)

    def table(self, values: Tensor) -> pd.DataFrame:
        """Values [components, features] with the features' names as columns."""
        columns = pd.Index(self.names, name="feature")
        return pd.DataFrame(values.cpu().numpy(), columns=columns).rename_axis("component")


def basis(feature: str, texts: Tensor) -> Tensor:
    """An orthonormal basis [k, d'] of the span of `texts` [k, d'], by QR in their order: float64.

    Raises:
        UserError: Fewer than two texts, a text twice, or linearly dependent texts.
    """
    texts, where = texts.double(), f"feature '{feature}'"
    if len(texts) < 2:
        raise UserError(f"a feature needs at least two texts, this has {len(texts)}", where=where, remedy="add texts")
    _refuse_twice(texts, where)
    q, r = torch.linalg.qr(texts.T)
    new = torch.zeros(len(texts), dtype=r.dtype, device=r.device)
    new[: len(r)] = r.diagonal().abs()  # more texts than dimensions: the rest adds nothing
    dependent = (new <= LEAST_NEW * texts.norm(dim=1)).nonzero().flatten().tolist()
    if dependent:
        raise UserError(
            f"text {dependent[0] + 1} of {len(texts)} is a linear combination of those before it",
            where=where,
            remedy="leave it out",
        )
    return q.T


def _refuse_twice(texts: Tensor, where: str) -> None:
    for second in range(1, len(texts)):
        same = (texts[:second] == texts[second]).all(dim=1).nonzero().flatten().tolist()
        if same:
            raise UserError(
                f"texts {same[0] + 1} and {second + 1} are the same", where=where, remedy="leave one of them out"
            )
