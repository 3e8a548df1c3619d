"""Waterbirds: birds of two classes before backgrounds that go with their class, or do not.

Two layouts are read: the original with `metadata.csv` (Sagawa et al. 2020), and the cleaned one of Balasubramanian et
al. 2024, `{corr-0.9,uncorr}/{landbird,waterbird}/*_{land,water}.*`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.names import check_some, left_out
from vitatlas.images.brought.readers.table import load
from vitatlas.images.brought.readers.walk import listed

CLASSES, BACKGROUNDS = ("landbird", "waterbird"), ("land", "water")
SPLITS = ("train", "val", "test")
METADATA = "metadata.csv"
COLUMNS = ("img_filename", "y", "split", "place")


def read_waterbirds(_: DataSet, place: Path) -> Contents:
    """The pictures of either layout, with columns `split`, `background` and `group`.

    Raises:
        UserError: Neither layout; a table that cannot be read or lacks a column; a name that does not fit; one of the
            four groups has no pictures.
    """
    contents = _original(place) if (place / METADATA).is_file() else _cleaned(place)
    groups = Counter(str(picture.more["group"]) for picture in contents.pictures)
    for group in (f"{bird} on {ground}" for bird in CLASSES for ground in BACKGROUNDS):
        if not groups[group]:
            raise UserError(f"no pictures of the group '{group}'", where=place, remedy="unpack the archives again")
    return contents


def _found(name: str, at: str, split: str, bird: str, background: str) -> Found:
    more = {"split": split, "background": background, "group": f"{bird} on {background}"}
    return Found(name, bird, Place(at), more)


def _original(place: Path) -> Contents:
    path, remedy = place / METADATA, "unpack the archive again"
    table = load(path)
    if lacking := [name for name in COLUMNS if name not in table]:
        raise UserError(f"the table has no column '{lacking[0]}'", where=path, remedy=remedy)
    pictures = []
    for name, bird, split, background in table[list(COLUMNS)].itertuples(index=False):
        try:
            said = SPLITS[int(split)], CLASSES[int(bird)], BACKGROUNDS[int(background)]
        except (ValueError, TypeError, IndexError) as error:
            problem = f"the row of '{shown(str(name))}' has a number that is out of range"
            raise UserError(problem, where=path, remedy=remedy) from error
        pictures.append(_found(name, name, *said))
    check_some(pictures, {}, path)
    return Contents(pictures, list(CLASSES))


def _cleaned(place: Path) -> Contents:
    found = listed(place)
    check_some(found.pictures, found.others, place)
    pictures = []
    for name in found.pictures:
        parts, background = PurePosixPath(name).parts, PurePosixPath(name).stem.rpartition("_")[2]
        if len(parts) != 3 or parts[1] not in CLASSES or background not in BACKGROUNDS:
            raise UserError(
                f"'{shown(name)}' fits neither layout of Waterbirds",
                where=place,
                remedy=f"put {METADATA} there (the original), or folders as uncorr/landbird/….jpg of files that end in "
                "_land or _water (the cleaned one)",
            )
        split, bird, file = parts
        pictures.append(_found(f"{split}/{file}", name, split, bird, background))
    return Contents(pictures, list(CLASSES), left_out(found.others))
