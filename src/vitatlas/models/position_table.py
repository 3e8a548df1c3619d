"""Position tables of vision transformers in files: one row per token, and a square grid if it is to be resampled.

timm takes every table for [1, rows, width], and for a square grid unless its size says otherwise; tables of other
shapes end in an error of torch's, or in rows at other places than they were trained for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isqrt
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from vitatlas.errors import UserError

TABLE = "pos_embed"

Weights = dict[str, Tensor]


def with_batch_axis(state: Mapping[str, Tensor], backbone: nn.Module, path: str | Path) -> Weights:
    """The weights with a position table [1, rows, width], where the network has such a table and the file one without
    the first axis.

    Raises:
        UserError: The file's table has other axes.
    """
    table, own = state.get(TABLE), _own(backbone)
    if table is None or own is None or table.ndim == 3:
        return dict(state)
    if table.ndim == 2:
        return {**state, TABLE: table[None]}
    raise UserError(
        f"the position table has not one row per token: {TABLE} is {_shape(table)}, the model's {_shape(own)}",
        where=path,
        remedy=f"save it as 1×{own.shape[1]}×{own.shape[2]}, the rows of class and register tokens first",
    )


def translated_with_table(
    translate: Callable[[Weights], Weights], state: Weights, backbone: nn.Module, path: str | Path
) -> Weights:
    """The weights as timm translates them; a table that has the network's shape already stays as it is.

    Raises:
        UserError: The file's table cannot be resampled, for its grid, or the network's, is not square; or timm makes
            nothing of the file.
    """
    table, own = state.get(TABLE), _own(backbone)
    resampled = table is not None and own is not None and table.shape[1] != own.shape[1]
    if resampled:
        _check_own_grid(backbone, path)
    try:
        found = translate(state)
    except Exception as error:  # of any type: whatever timm or torch raise where a tensor has not the shape they expect
        if resampled:
            raise _not_square(table, backbone, path) from error
        raise UserError(
            f"timm makes nothing of these weights for its {type(backbone).__name__}: {error}",
            where=path,
            remedy="compare the model's entry in config/models.yaml with the file",
        ) from error
    if table is not None and own is not None and table.shape == own.shape:
        found[TABLE] = table
    return found


def _check_own_grid(backbone: Any, path: str | Path) -> None:
    rows, columns = getattr(backbone.patch_embed, "grid_size", None) or (0, 0)
    if rows != columns:
        raise UserError(
            f"the position table cannot be resampled: the model has {rows} × {columns} patches, which is no square, "
            "and no file says of how many rows and columns its table is",
            where=path,
            remedy="set the image size to the one that the file was trained at",
        )


def _not_square(table: Any, backbone: Any, path: str | Path) -> UserError:
    prefix = 0 if getattr(backbone, "no_embed_class", False) else backbone.num_prefix_tokens
    rows = table.shape[1]
    hint = f" ({isqrt(rows)} × {isqrt(rows)} without them would be one)" if isqrt(rows) ** 2 == rows else ""
    return UserError(
        f"the position table cannot be resampled: of the {rows} rows of {TABLE}, {prefix} belong to class and register "
        f"tokens, and the other {rows - prefix} are no square grid{hint}",
        where=path,
        remedy="set image size, patch size and tokens in the model's entry to those that the file was trained with, or "
        "take weights of square images",
    )


def _own(backbone: nn.Module) -> Tensor | None:
    """The network's own table, if it has one with a row per token."""
    own = getattr(backbone, TABLE, None)
    return own if isinstance(own, Tensor) and own.ndim == 3 and hasattr(backbone, "num_prefix_tokens") else None


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "one number"
