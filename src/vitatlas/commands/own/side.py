"""The side of the pictures that a checkpoint was trained on, as its position embeddings tell it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor

POSITIONS = ("pos_embed", "visual.positional_embedding")
PATCHES = ("patch_embed.proj.weight", "visual.conv1.weight")
STEM = "patch_embed.backbone."
"""In front of the keys of a convolutional network that patches are cut from: of those, the patch tells no pixels."""


def side_of(state: Mapping[str, Tensor]) -> int | None:
    """The side in pixels; None where weights do not tell it, as those of networks without position embeddings.

    Args:
        state: Weights with the keys of timm's or of open_clip's network.
    """
    positions = next((state[key] for key in POSITIONS if key in state), None)
    patch = next((state[key] for key in PATCHES if key in state), None)
    if positions is None or patch is None or any(key.startswith(STEM) for key in state):
        return None
    if positions.ndim > 3 or patch.ndim != 4:
        return None
    # Class tokens and registers are fewer than would make another row and column
    return math.isqrt(positions.shape[-2]) * patch.shape[-1]
