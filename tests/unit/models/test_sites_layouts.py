"""Windows against timm's own ways to cut a map."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import pad

from vitatlas.models.sites.layouts import Grid, Windows

# isort: split
from timm.models import maxxvit, swin_transformer

HEADS = 3


@pytest.mark.parametrize(
    ("grid", "windows"),
    [
        ((14, 14), Windows((7, 7))),
        ((14, 14), Windows((7, 7), shift=(3, 3))),
        ((14, 14), Windows((14, 14), shift=(3, 3))),
        ((14, 10), Windows((7, 4), shift=(3, 1))),
        ((9, 14), Windows((7, 4), shift=(3, 2))),
        ((14, 14), Windows((7, 7), strided=True)),
        ((14, 8), Windows((7, 4), strided=True)),
    ],
)
def test_partition_then_reverse_is_the_identity(grid: Grid, windows: Windows) -> None:
    """Maps that windows do not tile are padded, as Swin does; the padding does not come back."""
    whole = torch.arange(2 * grid[0] * grid[1] * 2 * HEADS).reshape(2, *grid, 2 * HEADS)
    tokens = partitioned(whole, windows).flatten(1, 2)
    assert torch.equal(windows.patches(tokens.unflatten(2, (HEADS, 2)).transpose(1, 2), grid, 0), whole)


def partitioned(whole: Tensor, windows: Windows) -> Tensor:
    """timm's windows [B·W, rows, columns, D] of a map [B, rows, columns, D]."""
    if windows.strided:
        return maxxvit.grid_partition(whole, list(windows.size))
    rolled = whole.roll([-by for by in windows.shift], (1, 2))
    below, right = (-side % window for side, window in zip(whole.shape[1:3], windows.size, strict=True))
    return swin_transformer.window_partition(pad(rolled, (0, 0, 0, right, 0, below)), windows.size)
