"""All that scores, proxies and shares of variance need to know of the images, summed up in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from vitatlas.components.score.moments import Pairs, Spread
from vitatlas.components.score.rules import Similarity
from vitatlas.components.score.texts import Features
from vitatlas.errors import UserError


@dataclass(frozen=True)
class Aligned:
    """A batch of images in the space of the texts.

    Attributes:
        contributions: f_i(c_i) of the components that are ranked, init among them [B, n, d'].
        total: Σ f_j(c_j) over all entries, a `bias` included [B, d'].
        target: CLIP's embeddings of the same images [B, d'], which only proxies need.
    """

    contributions: Tensor
    total: Tensor
    target: Tensor | None = None


class Accumulated:
    """Moments of what components write along the texts, in float64; batches of any size give the same to 1e-10.

    Args:
        features: With their texts.
        batches: Of images.
        similarity: With which proxies compare contributions with texts.

    Attributes:
        features: As given.
        components: Mean and variance of f_i(c_i).
        total: Mean and variance of their sum.
        spans: f_i(c_i) with the sum, both projected on the features' bases (paper, Algorithm 3).
        texts: Similarity of f_i(c_i) with each text, beside that of CLIP's embedding.
        similarity: As given.

    Raises:
        UserError: Fewer than two images; vectors of another space than the texts; numbers that are not finite.
    """

    def __init__(self, features: Features, batches: Iterable[Aligned], similarity: Similarity = "cosine"):
        self.features, self.similarity = features, similarity
        self.components, self.total, self.spans, self.texts = Spread(), Spread(), Pairs(), Pairs()
        for batch in batches:
            self._add(batch)
        if self.images < 2:
            raise UserError(f"a score needs at least two images, here are {self.images}", remedy="take more images")

    @property
    def images(self) -> int:
        """How many there were."""
        return self.components.n

    def _add(self, batch: Aligned) -> None:
        contributions, total = self._checked(batch.contributions), self._checked(batch.total)
        self.components.add(contributions)
        self.total.add(total)
        self.spans.add(contributions @ self.features.bases.T, total @ self.features.bases.T)
        if batch.target is not None:
            compared = F.normalize(contributions, dim=-1) if self.similarity == "cosine" else contributions
            target = F.normalize(self._checked(batch.target), dim=-1)
            self.texts.add(compared @ self.features.texts.T, target @ self.features.texts.T)

    def _checked(self, vectors: Tensor) -> Tensor:
        width = self.features.texts.shape[1]
        if vectors.shape[-1] != width:
            raise UserError(
                f"vectors of width {vectors.shape[-1]} are compared with texts of width {width}",
                remedy="take the text tower of the CLIP model that the aligner was fitted to",
            )
        if not vectors.isfinite().all():
            raise UserError("the contributions hold numbers that are not finite", remedy="make them again in float32")
        return vectors.double()
