"""The frozen rest of a network behind each of its spaces: the linear map from there to z.

A map u [P, C] in a space becomes Σ_q M_q Σ_{p in path q} w_p u_p. Matrices M depend on the parameters alone and are
made once; weights w are made of the scales that the norms took for the pictures at hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.components.decompose.path import Path


@dataclass(frozen=True)
class Tail:
    """The part that depends on parameters alone.

    Attributes:
        path: The path of each position, int64 [P].
        matrices: One per path, [Q, d, C].
    """

    path: Tensor
    matrices: Tensor

    def pooled(self, values: Tensor, weights: Tensor) -> Tensor:
        """Weighted sums over the positions of each path: [B, P, …] → [B, Q, …].

        Args:
            values: [B, P, …].
            weights: [B or 1, P].
        """
        shares = torch.nn.functional.one_hot(self.path, len(self.matrices)).to(values.dtype)
        return torch.einsum("bp,pq,bp...->bq...", weights.expand(len(values), -1), shares, values)

    def image(self, values: Tensor, weights: Tensor) -> Tensor:
        """Maps [B, P, C] as vectors in z: [B, d]."""
        return torch.einsum("bqc,qdc->bd", self.pooled(values, weights), self.matrices)

    def constant(self, vector: Tensor, weights: Tensor) -> Tensor:
        """One vector [C] at all positions, in z: [B or 1, d]. Weights may hold another factor per position."""
        return self.image(weights.new_ones(1, 1, 1) * vector.expand(len(weights), weights.shape[1], -1), weights)


def tails(path: Path, *, centred: bool) -> list[Tail]:
    """The tails of all spaces, in order."""
    last = Tail(torch.zeros_like(path.readout.rows), path.readout.matrix(centred=centred)[None])
    found = [last]
    for link in reversed(path.links):
        found.insert(0, Tail(*link.back(found[0].path, found[0].matrices, centred=centred)))
    return found
