"""Pictures with annotated boxes without what is in the boxes, and without all else.

Masked are the stored pixels, before a picture is resized and cropped, as in the authors' code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import BroughtPictures
from vitatlas.errors import UserError
from vitatlas.features.config.reliance import Switch
from vitatlas.features.reliance.conditions import Masking, maskings
from vitatlas.features.reliance.masks import FILLS, MASKED, box_masks
from vitatlas.images.brought.boxes import Boxes, pixel_boxes
from vitatlas.images.brought.pictures import picture

COLUMNS = ("boxes", "boxes_width", "boxes_height")
ROWS = 1000
"""Rows of an index that are looked at together."""


@dataclass(frozen=True)
class MaskedPictures:
    """See `Stimuli`.

    Args:
        pictures: Each with boxes.
        boxes: How they become pixels.
        colours: The fills, uint8 [3] each.
        about: How many pictures and boxes could not be used.
    """

    pictures: BroughtPictures
    boxes: Switch
    colours: dict[str, Tensor]
    about: dict[str, int]

    @property
    def table(self) -> pd.DataFrame:
        """See `Stimuli`."""
        return self.pictures.table

    @cached_property
    def conditions(self) -> list[Masking]:
        """See `Stimuli`."""
        return maskings(("boxes",), FILLS, scene=False)

    def batches(self, size: int, start: int = 0) -> Iterator[Iterator[Tensor]]:
        """See `Stimuli`."""
        for first in range(start, len(self.table), size):
            rows = self.pictures.index.rows(first, first + size)
            whole = [torch.from_numpy(picture(self.pictures.index, first + number)) for number in range(len(rows))]
            yield self._shown(whole, [inside_boxes(row, self.boxes) for row in rows])

    def _shown(self, whole: list[Tensor], inside: list[Tensor]) -> Iterator[Tensor]:
        for way in self.conditions:
            seen = whole
            if way.mask:
                fill = self.colours[way.fill]
                seen = [MASKED[way.shown](*one, fill) for one in zip(whole, inside, strict=True)]
            yield torch.from_numpy(np.stack([self.pictures.view.of_picture(one.numpy()) for one in seen]))


def masked_pictures(pictures: BroughtPictures, boxes: Switch, colours: dict[str, Tensor]) -> MaskedPictures:
    """Those of the pictures that have a box which can be used.

    Raises:
        UserError: Nothing is known of boxes; no picture has one; the boxes of each cover the whole picture.
    """
    index = pictures.index
    remedy = "take a data set of kind `imagenet` with the key `boxes`, or scenes of the picture world"
    if not set(COLUMNS) <= set(index.table.column_names):
        raise UserError("nothing is known of where the objects of these pictures are", where=index.path, remedy=remedy)
    about: Counter[str] = Counter(dict.fromkeys(("without_boxes", "boxes_left_out", "boxes_clipped"), 0))
    kept, left = [], False
    for position, row in enumerate(_rows(pictures)):
        found = ranges(row, boxes)
        about += _counted(row, len(found))
        if found:
            kept.append(position)
            left = left or not bool(inside_boxes(row, boxes).all())
    if not kept:
        raise UserError(f"none of {len(index)} pictures has a box that can be used", where=index.path, remedy=remedy)
    if not left:
        raise UserError(
            "the boxes of every picture cover the whole of it, so that no background is left",
            where=index.path,
            remedy="look at the XML files of the key `boxes`",
        )
    chosen = replace(pictures, table=pictures.table.iloc[kept].reset_index(drop=True), index=index.chosen(kept))
    return MaskedPictures(chosen, boxes, colours, {name: about[name] for name in sorted(about)})


def ranges(row: dict[str, Any], boxes: Switch) -> list[tuple[int, int, int, int]]:
    """The boxes of a row of an index as ranges of pixels, (x0, y0, x1, y1) for [x0, x1) × [y0, y1), clipped.

    Those that are inverted, or outside the picture, are left out. `reference` takes annotations, which count pixels
    from 1, as if they counted from 0, and does not compare the annotated size with the picture's, as the authors' code.
    """
    if row["boxes"] is None:
        return []
    width, height = row["width"], row["height"]
    if boxes == "corrected":
        return pixel_boxes(Boxes(row["boxes"], row["boxes_width"], row["boxes_height"]), width, height)
    clipped = [(max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)) for x0, y0, x1, y1 in row["boxes"]]
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in clipped if x0 < x1 and y0 < y1]


def inside_boxes(row: dict[str, Any], boxes: Switch) -> Tensor:
    """The pixels of a picture inside any of its boxes: bool [H, W]."""
    corners = torch.tensor([(y0, x0, y1, x1) for x0, y0, x1, y1 in ranges(row, boxes)], dtype=torch.int64)
    return box_masks(corners.view(-1, 4), row["height"], row["width"]).any(0)


def _rows(pictures: BroughtPictures) -> Iterator[dict[str, Any]]:
    for start in range(0, len(pictures.index), ROWS):
        yield from pictures.index.rows(start, start + ROWS)


def _counted(row: dict[str, Any], usable: int) -> Counter[str]:
    """How much of a row could not be used, or not as it is."""
    corners, right, bottom = row["boxes"] or [], row["boxes_width"], row["boxes_height"]
    beyond = [min(x0, y0) < 1 or x1 > right or y1 > bottom for x0, y0, x1, y1 in corners]
    left_out = len(corners) - usable
    return Counter(without_boxes=int(not usable), boxes_left_out=left_out, boxes_clipped=max(sum(beyond) - left_out, 0))
