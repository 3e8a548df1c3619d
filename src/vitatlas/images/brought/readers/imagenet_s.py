"""ImageNet-S: validation pictures of ImageNet-1k with masks."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.masks import segments
from vitatlas.images.brought.readers.folders import check_none_empty
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.imagenet import check_wnids
from vitatlas.images.brought.readers.names import check_some, first_folder, left_out
from vitatlas.images.brought.readers.walk import listed
from vitatlas.images.brought.wnids import WNIDS

PICTURES, MASKS = "validation", "validation-segmentation"
COUNTS = {919: 12_419, 300: 4_097, 50: 752}
"""Pictures by number of classes, of the three editions."""


def read_imagenet_s(_: DataSet, place: Path) -> Contents:
    """The pictures in `validation/<wnid>`, each with its mask in `validation-segmentation/<wnid>` and the id that its
    class has in masks: that of the folder, counted from 1, among all class folders in order.

    Raises:
        UserError: No pictures; other numbers of class folders or pictures than of an edition; folders that are no
            classes; a picture without a mask; masks of another size, or with other ids.
    """
    root = place / PICTURES
    found = listed(root)
    check_some(found.pictures, found.others, root)
    check_wnids(found.folders, root)
    check_none_empty(found.folders, found.pictures, root)
    _check_edition(len(found.folders), len(found.pictures), root)
    ids = {wnid: number for number, wnid in enumerate(sorted(found.folders), start=1)}
    pictures = []
    for name in found.pictures:
        wnid, mask = str(first_folder(name)), f"{MASKS}/{Path(name).with_suffix('.png')}"
        if not (place / mask).is_file():
            raise UserError(
                f"the picture '{shown(name)}' has no mask", where=place / mask, remedy="unpack the archive of masks"
            )
        pictures.append(Found(name, wnid, Place(f"{PICTURES}/{name}"), {"mask": mask, "segment": ids[wnid]}))
    for picture in {picture.class_id: picture for picture in reversed(pictures)}.values():
        _check_mask(picture, place)
    return Contents(pictures, list(WNIDS), left_out(found.others))


def _check_edition(classes: int, pictures: int, root: Path) -> None:
    if COUNTS.get(classes) != pictures:
        editions = "; ".join(f"{number} with {count}" for number, count in COUNTS.items())
        raise UserError(
            f"{classes} class folders with {pictures} pictures are no edition of ImageNet-S ({editions})",
            where=root,
            remedy="make it anew by its data_preparation.sh: ids in masks follow from all class folders",
        )


def _check_mask(picture: Found, place: Path) -> None:
    path, remedy = place / picture.more["mask"], "take pictures and masks of one edition"
    ids = segments(path.read_bytes(), str(path))
    with Image.open(place / picture.place.file) as file:
        width, height = file.size
    if ids.shape != (height, width):
        problem = f"the mask is {ids.shape[1]} × {ids.shape[0]} pixels, its picture {width} × {height}"
        raise UserError(problem, where=path, remedy=remedy)
    if picture.more["segment"] not in ids:
        problem = f"the mask has no pixel of the id of its class ({picture.class_id}: {picture.more['segment']})"
        raise UserError(problem, where=path, remedy=remedy)
