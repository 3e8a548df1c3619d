"""Links between the stages of hierarchical networks: Swin's patch merging, MaxViT's pooled shortcut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vitatlas.components.decompose.readout import gain_of, shift_of
from vitatlas.models.sites.layouts import Grid


@dataclass(frozen=True)
class Merging:
    """Swin: 2 × 2 neighbours side by side in 4C channels, a LayerNorm over them, a matrix without bias.

    timm's order of neighbours: column offset slowest, then row offset, then channels. A position's neighbours are
    four paths, and each has a quarter of the matrix.

    Attributes:
        module: timm's PatchMerging.
        grid: Rows and columns before; odd ones are padded with zeros.
    """

    module: Any
    grid: Grid

    @property
    def norm(self) -> nn.LayerNorm:
        """See `Link`."""
        norm: nn.LayerNorm = self.module.norm
        return norm

    def back(self, path: Tensor, matrices: Tensor, *, centred: bool) -> tuple[Tensor, Tensor]:
        """See `Link`."""
        reduction = self._matrix * gain_of(self.norm, self._matrix)
        quarters = reduction.unflatten(1, (4, -1))  # [C', 4, C]
        if centred:
            quarters = quarters - reduction.mean(1)[:, None, None]
        merged, corner = self._merged()
        made = torch.einsum("qde,eoc->oqdc", matrices, quarters).flatten(0, 1)
        return corner * len(matrices) + path[merged], made

    def weights(self, after: Tensor, scale: Tensor | None) -> Tensor:
        """See `Link`."""
        scaled = after if scale is None else after * scale
        return scaled[:, self._merged()[0]]

    def constant(self) -> Tensor:
        """See `Link`."""
        return self._matrix @ shift_of(self.norm, self._matrix)

    def mean(self) -> Tensor:
        """See `Link`."""
        return -(self._matrix @ gain_of(self.norm, self._matrix))

    @property
    def _matrix(self) -> Tensor:
        weight: Tensor = self.module.reduction.weight
        return weight

    def _merged(self) -> tuple[Tensor, Tensor]:
        """Of each position, its position behind the merging and its corner of the square: int64 [P] each."""
        rows, columns = (torch.arange(side, device=self._matrix.device) for side in self.grid)
        across = -(-self.grid[1] // 2)
        merged = (rows // 2)[:, None] * across + columns // 2
        corner = (columns % 2) * 2 + (rows % 2)[:, None]
        return merged.flatten(), corner.flatten()


@dataclass(frozen=True)
class Pooling:
    """MaxViT: the shortcut of a stage's first block, average pooling and a matrix; no norm.

    Attributes:
        module: timm's Downsample2d.
        shares: The share of each position in each one behind, [P, P'].
    """

    module: Any
    shares: Tensor

    norm = None

    def back(self, path: Tensor, matrices: Tensor, *, centred: bool) -> tuple[Tensor, Tensor]:
        """See `Link`. There is one path: positions may be pooled into several."""
        expand = self.module.expand
        if isinstance(expand, nn.Conv2d):
            matrices = matrices @ expand.weight.flatten(1)
        return torch.zeros_like(self.shares[:, 0], dtype=torch.int64), matrices

    def weights(self, after: Tensor, scale: Tensor | None) -> Tensor:
        """See `Link`."""
        return after @ self.shares.T

    def constant(self) -> Tensor | None:
        """See `Link`."""
        return self.module.expand.bias if isinstance(self.module.expand, nn.Conv2d) else None

    def mean(self) -> None:
        """See `Link`."""


def pooling(module: Any, grid: Grid, like: Tensor) -> Pooling:
    """The link of a shortcut, whose shares are what the pooling makes of one position at a time.

    Args:
        module: timm's Downsample2d.
        grid: Rows and columns before.
        like: A tensor of the network's type.
    """
    one_each = torch.eye(grid[0] * grid[1], dtype=like.dtype, device=like.device).unflatten(1, (1, *grid))
    return Pooling(module, module.pool(one_each).flatten(1))
