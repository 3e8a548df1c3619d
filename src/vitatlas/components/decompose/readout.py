"""From the last state of the residual stream to the representation z, as a linear map once statistics are frozen.

z = P · Σ_p w_p norm(x_p), or with the norm behind the sum; at unit length where z is compared with texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Readout:
    """How z is read.

    Attributes:
        rows: The positions that z is read from, int64 [P]; those of other positions never reach z.
        pool: Their weights [P].
        width: Channels C of the stream.
        norm: The last LayerNorm; None without.
        pooled_first: Whether the norm comes behind the sum over positions.
        projection: The matrix behind (CLIP models); None without.
        unit: Whether z is brought to unit length.
    """

    rows: Tensor
    pool: Tensor
    width: int
    norm: nn.LayerNorm | None
    pooled_first: bool = False
    projection: nn.Linear | None = None
    unit: bool = False

    def matrix(self, *, centred: bool) -> Tensor:
        """The map of an entry without scales and weights, [d, C]; `centred`: the entry's own mean is taken away."""
        matrix = torch.eye(self.width, dtype=self.pool.dtype, device=self.pool.device)
        if self.norm is not None:
            if centred:
                matrix = matrix - 1 / self.width
            matrix = gain_of(self.norm, self.pool)[:, None] * matrix
        return matrix if self.projection is None else self.projection.weight @ matrix

    def constant(self) -> Tensor:
        """The vector that parameters add, [d]; the weights of the positions sum to 1."""
        shift = self.pool.new_zeros(self.width) if self.norm is None else shift_of(self.norm, self.pool)
        return shift if self.projection is None else self.projection(shift)

    def mean(self) -> Tensor:
        """The vector that a mean of 1 takes away, before scaling: [d]."""
        gain = self.pool.new_zeros(self.width) if self.norm is None else gain_of(self.norm, self.pool)
        return -gain if self.projection is None else -(self.projection.weight @ gain)

    def weights(self, scale: Tensor | None, length: Tensor | None) -> Tensor:
        """The weights of positions, [B or 1, P]: of the pooling, times the norm's scales, over the length of z.

        Args:
            scale: 1 / standard deviation, [B, P], or [B, 1] of a norm behind the sum; None without a norm.
            length: Of the vector that is brought to unit length, [B, 1]; None if none is.
        """
        weights = self.pool[None]
        for factor in (scale, None if length is None else 1 / length):
            weights = weights if factor is None else weights * factor
        return weights


def gain_of(norm: nn.LayerNorm, like: Tensor) -> Tensor:
    """The factor of each channel, [C]; of a norm without parameters 1, of the type of `like`."""
    return norm.weight if norm.elementwise_affine else like.new_ones(norm.normalized_shape)


def shift_of(norm: nn.LayerNorm, like: Tensor) -> Tensor:
    """The constant of each channel, [C]; of a norm without one 0, of the type of `like`."""
    return like.new_zeros(norm.normalized_shape) if norm.bias is None else norm.bias
