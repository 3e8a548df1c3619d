"""Turned and shifted copies of pictures (the reference code; no part of the paper's text)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vitatlas.jobs.seeds import derive_seed

TURNS = 18
SECTOR = 360 / TURNS
"""Degrees from one copy's angle to the next one's, but for a degree of chance."""

STEPS = 4
SHIFTS = STEPS * STEPS
"""Copies that are shifted down and to the right, by 0 to 3 steps each; the first one is not shifted."""


def angles(seed: int, picture: str) -> list[float]:
    """The angles of a picture's copies: copy j uniform in [20j, 20j + 1) degrees.

    Args:
        seed: They derive from it.
        picture: Its id; the angles of other pictures are others.
    """
    chance = np.random.default_rng(derive_seed(seed, "rotation", picture)).random(TURNS)
    return [float(SECTOR * copy + part) for copy, part in enumerate(chance)]


def turned(image: Tensor, degrees: list[float]) -> Tensor:
    """Copies of a picture, turned counter-clockwise about its centre: [N, C, S, S], of the picture's type.

    A pixel is that of the picture which lies nearest to where it came from; 0 where nothing did, in the corners.

    Args:
        image: [C, S, S].
        degrees: N angles.
    """
    side = image.shape[-1]
    index, inside = _sources(side, degrees)
    places = image.flatten(1)[:, index.to(image.device)].unflatten(2, (side, side)).transpose(0, 1)
    return torch.where(inside.unflatten(1, (side, side))[:, None].to(image.device), places, 0)


def shifted(image: Tensor, step: int) -> Tensor:
    """Copies of a picture, rolled round its edges by (step·a, step·b) pixels: [16, C, S, S], b running fastest.

    Args:
        image: [C, S, S].
        step: In pixels; the reference has 4 at 384 pixels.
    """
    return torch.stack(
        [image.roll((step * down, step * right), (1, 2)) for down in range(STEPS) for right in range(STEPS)]
    )


def _sources(side: int, degrees: list[float]) -> tuple[Tensor, Tensor]:
    """Where each pixel comes from: its number int64 [N, S²], and whether it is in the picture at all."""
    centre = (side - 1) / 2
    line = torch.arange(side, dtype=torch.float64) - centre
    y, x = (axis.flatten() for axis in torch.meshgrid(line, line, indexing="ij"))
    angle = torch.tensor(degrees, dtype=torch.float64).deg2rad()[:, None]
    # Rows run downwards, so that this takes a pixel back clockwise
    rows = (angle.cos() * y + angle.sin() * x + centre).round().long()
    columns = (angle.cos() * x - angle.sin() * y + centre).round().long()
    inside = (rows >= 0) & (rows < side) & (columns >= 0) & (columns < side)
    return rows.clamp(0, side - 1) * side + columns.clamp(0, side - 1), inside
