"""Pictures with the masks of their objects, seen by one crop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vitatlas.components.segment.masks import Mask, mask_of
from vitatlas.config.site import expanded
from vitatlas.encoders.seen.pictures import BroughtPictures, Pictures, WorldPictures
from vitatlas.errors import UserError
from vitatlas.images.brought.masks import IGNORE, segments

MASK, SEGMENT = "mask", "segment"
"""Columns of an index: the file of a picture's mask, and the number that the object has in it."""


@dataclass(frozen=True)
class MaskedBatch:
    """Some pictures.

    Attributes:
        start: The position of the first one.
        images: uint8 [B, 3, side, side].
        masks: Of each, on the CPU.
    """

    start: int
    images: Tensor
    masks: list[Mask]


def masked_batches(pictures: Pictures, size: int, most: int | None = None) -> Iterator[MaskedBatch]:
    """The pictures with their masks, `size` at a time.

    Args:
        pictures: Scenes of the picture world, or of a data set with masks.
        size: Pictures at a time.
        most: Stop after so many; None: go through all.

    Raises:
        UserError: Nothing is known of the masks of these pictures; one cannot be read, or is empty.
    """
    count = len(pictures.table) if most is None else min(most, len(pictures.table))
    if isinstance(pictures, WorldPictures):
        return _of_scenes(pictures, size, count)
    if isinstance(pictures, BroughtPictures) and {MASK, SEGMENT} <= set(pictures.index.table.column_names):
        return _of_index(pictures, size, count)
    raise UserError(
        "nothing is known of where the objects of these pictures are",
        where=pictures.index.path if isinstance(pictures, BroughtPictures) else None,
        remedy="take scenes of the picture world, or a data set with masks (kind `imagenet_s`)",
    )


def _of_scenes(pictures: WorldPictures, size: int, count: int) -> Iterator[MaskedBatch]:
    renderer = pictures.renderer
    for start in range(0, count, size):
        rows = pictures.table.iloc[start : min(start + size, count)]
        parts = renderer.parts(renderer.load(rows))
        found = zip(parts.mask.cpu(), rows["picture"], strict=True)
        masks = [mask_of(values, (renderer.side, renderer.side), name) for values, name in found]
        yield MaskedBatch(start, parts.picture, masks)


def _of_index(pictures: BroughtPictures, size: int, count: int) -> Iterator[MaskedBatch]:
    start = 0
    for images in pictures.batches(size):
        kept = images[: count - start]
        yield MaskedBatch(start, kept, [_read(pictures, start + place) for place in range(len(kept))])
        start += len(kept)
        if start == count:
            return


def _read(pictures: BroughtPictures, position: int) -> Mask:
    """The mask of one picture of an index."""
    (row,) = pictures.index.rows(position, position + 1)
    path = expanded(pictures.index.place) / row[MASK]
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"the mask cannot be read: {error}", where=path, remedy="unpack the masks again") from error
    whole = segments(data, str(path))
    if whole.shape != (row["height"], row["width"]):
        found, wanted = f"{whole.shape[1]} × {whole.shape[0]}", f"{row['width']} × {row['height']}"
        problem = f"the mask is {found} pixels, its picture {wanted}"
        raise UserError(problem, where=path, remedy="take pictures and masks of one edition")
    seen, side = torch.from_numpy(pictures.view.of_mask(whole)), pictures.view.image
    return mask_of(seen == row[SEGMENT], (side, side), row["id"], seen == IGNORE)
