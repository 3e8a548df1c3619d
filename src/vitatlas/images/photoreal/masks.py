"""The visible parts of two objects: masks of pixels, and the patches that are an object's."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]


def owned(masks: Mask, patch: int, share: float) -> NDArray[np.bool_]:
    """Which patches belong to which object: bool [N, 2, grid²], patches row by row.

    Args:
        masks: [N, H, W], 0 where there is no object, 1 and 2 where the first or the second is in front.
        patch: Side of a patch, in pixels.
        share: A patch is an object's if at least this share of its pixels is.
    """
    count, side, _ = masks.shape
    grid = side // patch
    tiles = masks.reshape(count, grid, patch, grid, patch)
    shares = np.stack([(tiles == number).mean(axis=(2, 4)) for number in (1, 2)], axis=1)
    found = shares >= share
    # With a share of one half or less a patch may be split evenly: it is the first object's.
    found[:, 1] &= ~found[:, 0]
    return found.reshape(count, 2, grid * grid)


def cut(alone: Mask) -> bool:
    """Whether an object reaches the image's edge, or is not in it, given its mask without the other one [H, W]."""
    edge = np.concatenate([alone[0], alone[-1], alone[:, 0], alone[:, -1]])
    return bool(edge.any() or not alone.any())


def hidden(both: Mask, alone: Mask, number: int) -> float:
    """The share of object `number` that the other one hides, of all that would be seen of it without that one."""
    return 1 - float((both == number).sum()) / float((alone > 0).sum())


def unseen(both: Mask, patches: Iterable[int], share: float) -> list[int]:
    """The numbers of the objects that own no patch on at least one of the patch grids."""
    has = np.stack([owned(both[None], patch, share)[0].any(axis=1) for patch in patches])
    return [number for number in (1, 2) if not has[:, number - 1].all()]
