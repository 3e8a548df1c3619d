"""A user's pictures in the order in which they are stored: those that maps are learned from, then those held out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vitatlas.encoders.seen.pictures import BroughtPictures, parts_of
from vitatlas.encoders.seen.spec import PicturesSpec
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder

LEARNED, HELD_OUT = "learned", "held out"
"""The two parts of the pictures."""

SHARE = 5
"""Of so many pictures, one is held out."""

LEAST = 10
"""Pictures below which nothing can be said of any."""


def own_pictures(spec: PicturesSpec, encoder: Encoder, indexes: Sequence[Path]) -> BroughtPictures:
    """The pictures as an encoder sees them, the same ones in the same order for all encoders.

    In their table, `part` says what each is for, and `position` where it stands in the index. Every `SHARE`-th one of
    the index is held out, so that all classes are in both parts.

    Raises:
        UserError: Fewer than `LEAST`; the index is not there, or has not so many pictures.
    """
    (found,) = parts_of(spec.parts, encoder, spec.seed, indexes).values()
    if not isinstance(found, BroughtPictures):
        raise ValueError("scenes are no pictures of a user's own")
    positions = np.arange(len(found.table))
    if len(positions) < LEAST:
        raise UserError(
            f"there are {len(positions)} pictures, and {LEAST} are the least of which anything can be said",
            where=found.index.path,
            remedy="bring more; a few hundred make a difference",
        )
    held_out = positions % SHARE == SHARE - 1
    order = np.concatenate([positions[~held_out], positions[held_out]])
    part = np.where(held_out, HELD_OUT, LEARNED)[order]
    table = found.table.iloc[order].reset_index(drop=True).assign(part=part, position=order)
    return BroughtPictures(table, found.index.chosen(order.tolist()), found.view)
