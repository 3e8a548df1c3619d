"""ImageNet-1k (ILSVRC 2012), validation or training pictures, with their boxes where there are any."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.images.brought.boxes import boxes_of
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.ground_truth import classes_of
from vitatlas.images.brought.readers.names import check_some, first_folder, left_out
from vitatlas.images.brought.readers.walk import Listing, listed
from vitatlas.images.brought.wnids import LABELS, WNIDS

PER_CLASS = {"val": 50, "train": None}
TOTAL = {"val": 50_000, "train": 1_281_167}


def read_imagenet(data_set: DataSet, place: Path) -> Contents:
    """The pictures in `<place>/<split>`, or in `place` where that is not there: class folders named by ids, or, of the
    validation set, all in one folder.

    Raises:
        UserError: No pictures; folders that are no classes; other numbers of pictures than there should be, unless a
            subset is meant; pictures outside the folders without their ground truth; boxes that cannot be read.
    """
    split = data_set.split or "val"
    inside = f"{split}/" if (place / split).is_dir() else ""
    root = place / inside
    found = listed(root)
    check_some(found.pictures, found.others, root)
    classes = _classes(found, data_set, root)
    if not data_set.subset:
        check_counts(Counter(classes), split, root)
    boxes = expanded(data_set.boxes) if data_set.boxes else None
    pictures = [
        Found(name, wnid, Place(f"{inside}{name}"), _more(boxes, wnid, name) if boxes else {})
        for name, wnid in zip(found.pictures, classes, strict=True)
    ]
    notes = left_out(found.others)
    if boxes:
        with_boxes = sum(picture.more["boxes"] is not None for picture in pictures)
        notes.append(f"{with_boxes} of {len(pictures)} pictures have boxes of their class")
    return Contents(pictures, list(WNIDS), notes)


def check_counts(counts: Counter[str], split: str, where: Path) -> None:
    """Check that a split is whole.

    Raises:
        UserError: A class is missing, or has another number of pictures than it should; or all together have.
    """
    remedy = "unpack the archive again; or set the key 'subset: true', if fewer pictures are meant"
    if lacking := [wnid for wnid in WNIDS if not counts[wnid]]:
        raise UserError(
            f"{len(lacking)} of {len(WNIDS)} classes have no pictures: {', '.join(lacking[:5])} …",
            where=where,
            remedy=remedy,
        )
    wanted = PER_CLASS[split]
    for wnid, count in counts.items():
        if wanted is not None and count != wanted:
            raise UserError(f"class {wnid} has {count} pictures instead of {wanted}", where=where, remedy=remedy)
    if counts.total() != TOTAL[split]:
        raise UserError(f"{counts.total()} pictures instead of {TOTAL[split]}", where=where, remedy=remedy)


def check_wnids(folders: list[str], where: Path) -> None:
    """Check that folders are named by ids of classes.

    Raises:
        UserError: One is not.
    """
    if strange := sorted(set(folders) - LABELS.keys()):
        raise UserError(
            f"{len(strange)} folders are no classes of ImageNet-1k: {', '.join(map(shown, strange[:5]))}",
            where=where,
            remedy="take them out; class folders are named by ids as n01440764. If 'place' has parts in it, choose one",
        )


def _classes(found: Listing, data_set: DataSet, root: Path) -> list[str]:
    """The class of each picture, by its id and never by a position."""
    loose = [name for name in found.pictures if first_folder(name) is None]
    if not loose:
        check_wnids(found.folders, root)
        return [str(first_folder(name)) for name in found.pictures]
    if len(loose) < len(found.pictures):
        raise UserError(
            f"{len(loose)} pictures lie outside of the class folders ('{shown(loose[0])}')",
            where=root,
            remedy="move them into their class folders",
        )
    if not data_set.ground_truth:
        raise UserError(
            f"the {len(loose)} pictures lie in no class folders, so that nothing says their classes",
            where=root,
            remedy="name the development kit's data/ILSVRC2012_validation_ground_truth.txt, or Kaggle's "
            "LOC_val_solution.csv, by the key 'ground_truth'; of training pictures, unpack each class into a folder",
        )
    return classes_of(found.pictures, expanded(data_set.ground_truth))


def _more(folder: Path, wnid: str, name: str) -> dict[str, Any]:
    boxes = boxes_of(folder, wnid, Path(name).stem)
    if boxes is None:
        return {"boxes": None, "boxes_width": None, "boxes_height": None}
    return {"boxes": boxes.corners, "boxes_width": boxes.width, "boxes_height": boxes.height}
