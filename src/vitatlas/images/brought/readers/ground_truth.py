"""The classes of the pictures of ImageNet's validation folder where it has no class folders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.images.brought.readers.found import shown
from vitatlas.images.brought.wnids import BY_DEVKIT, LABELS

PICTURES = 50_000
KAGGLE_HEADER = "ImageId,"
STEM = re.compile(r"ILSVRC2012_val_(\d{8})$")


def classes_of(names: list[str], ground_truth: Path) -> list[str]:
    """The class id of each picture, `ILSVRC2012_val_00000001.JPEG` and so on.

    Args:
        names: The files.
        ground_truth: The development kit's `ILSVRC2012_validation_ground_truth.txt`, or Kaggle's
            `LOC_val_solution.csv`.

    Raises:
        UserError: A file has another name; the ground truth cannot be read, or is of other pictures.
    """
    stems = [Path(name).stem for name in names]
    for name, stem in zip(names, stems, strict=True):
        if not STEM.match(stem):
            raise UserError(
                f"'{shown(name)}' is no picture of ImageNet's validation set by its name",
                where=ground_truth,
                remedy="take it out of the folder; pictures are called ILSVRC2012_val_00000001.JPEG and so on",
            )
    known = _read(ground_truth)
    if unknown := [stem for stem in stems if stem not in known]:
        raise UserError(
            f"the ground truth does not name '{unknown[0]}'",
            where=ground_truth,
            remedy="take the file of the whole validation set",
        )
    return [known[stem] for stem in stems]


def _read(path: Path) -> Mapping[str, str]:
    try:
        lines = path.read_text().split("\n")
        found = _kaggle(lines[1:]) if lines[0].startswith(KAGGLE_HEADER) else _devkit(lines)
    except (OSError, ValueError, LookupError) as error:
        raise UserError(
            f"the ground truth cannot be read: {error}",
            where=path,
            remedy="take ILSVRC2012_validation_ground_truth.txt from the folder data of the development kit, or "
            "Kaggle's LOC_val_solution.csv",
        ) from error
    if len(found) != PICTURES or not set(found.values()) <= LABELS.keys():
        raise UserError(
            f"the ground truth has {len(found)} lines; {PICTURES} with classes of ImageNet-1k are needed",
            where=path,
            remedy="take the file of the validation set, not that of another one",
        )
    return found


def _devkit(lines: list[str]) -> dict[str, str]:
    """One number from 1 per line, in the order of the pictures' names."""
    numbers = [int(line) for line in lines if line.strip()]
    if any(not 1 <= number <= len(BY_DEVKIT) for number in numbers):
        raise ValueError(f"a number is not within 1–{len(BY_DEVKIT)}")
    return {f"ILSVRC2012_val_{place:08d}": BY_DEVKIT[number - 1] for place, number in enumerate(numbers, start=1)}


def _kaggle(lines: list[str]) -> dict[str, str]:
    """`<stem>,<class id> <box> [<class id> <box> …]` per line; all boxes are of one class."""
    pairs = [line.split(",", 1) for line in lines if line.strip()]
    return {stem: boxes.split()[0] for stem, boxes in pairs}
