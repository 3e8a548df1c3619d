"""Where patches lie in an activation, for each way in which networks lay it out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.models.maxxvit import grid_reverse
from timm.models.swin_transformer import window_reverse

Grid = tuple[int, int]
"""Rows and columns."""


class Layout(Protocol):
    """One way to lay out an activation."""

    def patches(self, value: Tensor, grid: Grid | None, prefix: int) -> Tensor:
        """The patches in true places, [B, rows, columns, D].

        Args:
            value: The activation.
            grid: Rows and columns that the model states; None where it states none.
            prefix: Number of tokens before the patches that the model states.

        Raises:
            UserError: The activation cannot have this grid.
        """


@dataclass(frozen=True)
class Tokens:
    """[B, T, D]: prefix tokens, then patches, row by row.

    Attributes:
        prefix: Number of prefix tokens, where it is not that of the block.
    """

    prefix: int | None = None

    def patches(self, value: Tensor, grid: Grid | None, prefix: int) -> Tensor:
        """See `Layout`."""
        rows, columns = layout_of(value.shape[1], grid, prefix if self.prefix is None else self.prefix)
        return value[:, value.shape[1] - rows * columns :].unflatten(1, (rows, columns))


@dataclass(frozen=True)
class ChannelsLast:
    """[B, rows, columns, D]."""

    def patches(self, value: Tensor, grid: Grid | None, prefix: int) -> Tensor:
        """See `Layout`."""
        return value


@dataclass(frozen=True)
class ChannelsFirst:
    """[B, D, rows, columns]."""

    def patches(self, value: Tensor, grid: Grid | None, prefix: int) -> Tensor:
        """See `Layout`."""
        return value.permute(0, 2, 3, 1)


@dataclass(frozen=True)
class Heads:
    """[B, H, T, d]: heads of tokens. They are joined to D = H·d.

    Attributes:
        reduction: Patches per token along a side, where keys and values are of a coarser grid than the block's.
    """

    reduction: int = 1

    def patches(self, value: Tensor, grid: Grid | None, prefix: int) -> Tensor:
        """See `Layout`."""
        if grid is not None:
            grid = grid[0] // self.reduction, grid[1] // self.reduction
        return Tokens().patches(_side_by_side(value), grid, prefix)


@dataclass(frozen=True)
class Windows:
    """[B·W, H, n, d]: heads of the tokens of W windows per picture. They are joined to D = H·d.

    Attributes:
        size: Rows and columns of a window.
        shift: By how much the map was rolled, up and to the left, before it was cut.
        strided: Whether a window's tokens are spread over the whole map (MaxViT's grid), not next to each other.
    """

    size: Grid
    shift: Grid = (0, 0)
    strided: bool = False

    def patches(self, value: Tensor, grid: Grid | None, prefix: int) -> Tensor:
        """See `Layout`."""
        if grid is None:
            raise UserError("windows cannot be put in place without the map's size", remedy="give `image`")
        rows, columns = (-(-side // window) * window for side, window in zip(grid, self.size, strict=True))
        if len(value) * self.size[0] * self.size[1] % (rows * columns):
            raise _mismatch(f"{len(value)} windows of {self.size[0]} × {self.size[1]} tokens", grid, 0)
        windows = _side_by_side(value).unflatten(1, self.size)
        if self.strided:
            return grid_reverse(windows, list(self.size), [rows, columns])
        padded = window_reverse(windows, self.size, rows, columns)
        return padded[:, : grid[0], : grid[1]].roll(self.shift, (1, 2))


def layout_of(tokens: int, grid: Grid | None, prefix: int) -> Grid:
    """Rows and columns of the patches among `tokens`: as stated, or the largest square.

    Where the model states its grid, and another number of tokens came, the picture was of another size: then the
    square must leave as many prefix tokens as stated.

    Raises:
        UserError: It does not.
    """
    if grid is not None and grid[0] * grid[1] + prefix == tokens:
        return grid
    side = math.isqrt(tokens)
    if grid is not None and tokens - side * side != prefix:
        raise _mismatch(f"{tokens} tokens", grid, prefix)
    return side, side


def _side_by_side(value: Tensor) -> Tensor:
    """[B, H, T, d] → [B, T, H·d]."""
    return value.transpose(1, 2).flatten(2)


def _mismatch(found: str, grid: Grid, prefix: int) -> UserError:
    stated = f"{grid[0]} × {grid[1]} patches and {prefix} prefix tokens"
    return UserError(
        f"the activation has {found}, where the model states {stated}",
        remedy="give `image`, the sides of the pictures, or pictures of the size that the model was built for",
    )
