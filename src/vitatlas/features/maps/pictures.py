"""Some of the pictures of a set, in any order, and where their objects are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import BroughtPictures, Pictures, WorldPictures
from vitatlas.errors import UserError
from vitatlas.images.world.attributes import COUNTS


def chosen(pictures: Pictures, positions: Sequence[int] | np.ndarray) -> Pictures:
    """The pictures at these positions, at least one, in this order."""
    places = [int(position) for position in positions]
    table = pictures.table.iloc[places]
    if isinstance(pictures, WorldPictures):
        return replace(pictures, table=table)
    if isinstance(pictures, BroughtPictures):
        return replace(pictures, table=table, index=pictures.index.chosen(places))
    raise TypeError(f"no pictures of a set: {type(pictures).__name__}")


def of_one_object(pictures: Pictures) -> np.ndarray:
    """Which pictures show one object, bool [N]; all, where the set does not tell.

    Several small objects have several peaks, and lower what pointing finds.
    """
    table = pictures.table
    return (table["count"] == COUNTS[0]).to_numpy() if "count" in table else np.ones(len(table), dtype=bool)


def positions_of(names: Sequence[str], pictures: Pictures) -> np.ndarray:
    """The positions of pictures of these ids: int64 [n].

    Raises:
        UserError: One is not in the set.
    """
    found = {name: position for position, name in enumerate(pictures.table["picture"])}
    lacking = next((name for name in names if name not in found), None)
    if lacking is not None:
        raise UserError(
            f"the picture '{lacking}' is not in the set that is looked at",
            where="--input top",
            remedy="make the scores of units again, on the same pictures",
        )
    return np.array([found[name] for name in names], dtype=np.int64)


def object_masks(pictures: Pictures, size: int) -> Tensor | None:
    """The exact masks of the objects, bool [N, side, side], on the CPU; None where nothing is known of them.

    Args:
        pictures: Few; all their masks are in memory.
        size: Pictures at a time.
    """
    if not isinstance(pictures, WorldPictures):
        return None
    renderer, table = pictures.renderer, pictures.table
    starts = range(0, len(table), size)
    return torch.cat([renderer.parts(renderer.load(table.iloc[start : start + size])).mask.cpu() for start in starts])
