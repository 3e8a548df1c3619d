"""Bounding boxes as ImageNet publishes them: PASCAL's XML files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from vitatlas.errors import UserError

CORNERS = ("xmin", "ymin", "xmax", "ymax")


class Boxes(NamedTuple):
    """The boxes of one picture around objects of its class.

    Attributes:
        corners: [xmin, ymin, xmax, ymax] each, as annotated: pixels count from 1, the last one belongs to the box.
        width, height: Of the picture that was annotated.
    """

    corners: list[list[int]]
    width: int
    height: int


def boxes_of(folder: Path, wnid: str, stem: str) -> Boxes | None:
    """The boxes of a picture, from `<folder>/<wnid>/<stem>.xml` or `<folder>/<stem>.xml`.

    Returns:
        None if there is no such file, or no object of the picture's class in it.

    Raises:
        UserError: The file cannot be read.
    """
    for path in (folder / wnid / f"{stem}.xml", folder / f"{stem}.xml"):
        if path.is_file():
            return read_boxes(path, wnid)
    return None


def read_boxes(path: Path, wnid: str) -> Boxes | None:
    """The boxes around objects called `wnid`; None if there are none.

    Raises:
        UserError: The file cannot be read.
    """
    try:
        root = ElementTree.parse(path).getroot()
        width, height = (int(root.findtext(f"size/{name}", "")) for name in ("width", "height"))
        corners = [
            [int(float(found.findtext(f"bndbox/{name}", ""))) for name in CORNERS]
            for found in root.iter("object")
            if found.findtext("name") == wnid
        ]
    except (OSError, ElementTree.ParseError, ValueError) as error:
        raise UserError(
            f"the boxes cannot be read: {error}", where=path, remedy="unpack the archive of boxes again"
        ) from error
    if min(width, height) < 1:
        raise UserError("the picture's size is not said", where=path, remedy="unpack the archive of boxes again")
    return Boxes(corners, width, height) if corners else None


def pixel_boxes(boxes: Boxes, width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Boxes as ranges of pixels of a picture, (x0, y0, x1, y1) for [x0, x1) × [y0, y1), clipped to it.

    Where the picture is of another size than the one that was annotated, boxes are scaled. Those that are inverted, or
    outside the picture, are left out.

    Args:
        boxes: As annotated.
        width, height: Of the picture.
    """
    across, down = width / boxes.width, height / boxes.height
    ranges = [
        (*_range(xmin, xmax, across, width), *_range(ymin, ymax, down, height))
        for xmin, ymin, xmax, ymax in boxes.corners
    ]
    return [(x0, y0, x1, y1) for x0, x1, y0, y1 in ranges if x0 < x1 and y0 < y1]


def _range(first: int, last: int, scale: float, size: int) -> Sequence[int]:
    return max(0, round((first - 1) * scale)), min(size, round(last * scale))
