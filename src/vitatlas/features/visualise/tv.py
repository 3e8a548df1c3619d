"""Total variation, the penalty that keeps visualisations smooth (section 3; the authors' code)."""

from __future__ import annotations

import torch
from torch import Tensor

EPSILON = 1e-12
"""Under each root: the gradient of a root at 0 is infinite, and a constant picture is at 0."""


def total_variation(images: Tensor) -> Tensor:
    """The total variation of each picture, [N]: the sum over four directions, horizontal, vertical and both
    diagonals, of the L2 norm of the map of differences, in the mean over channels.

    It is neither squared nor divided by the number of pixels, so it grows as the side: uniform noise has about 364 at
    224 pixels.

    Args:
        images: [N, C, H, W].
    """
    rows = images.diff(dim=2)
    columns = images.diff(dim=3)
    down = images[..., 1:, 1:] - images[..., :-1, :-1]
    up = images[..., 1:, :-1] - images[..., :-1, 1:]
    norms = [(maps.square().sum(dim=(2, 3)) + EPSILON).sqrt() for maps in (rows, columns, down, up)]
    return torch.stack(norms).sum(0).mean(1)
