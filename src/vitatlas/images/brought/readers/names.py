"""Names of files: which are pictures, which are nobody's, and which folder is a picture's class."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from vitatlas.errors import UserError
from vitatlas.images.brought.readers.found import shown

SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
)
"""Of the files that are taken for pictures, in small letters."""

NOBODYS = frozenset(("thumbs.db", "desktop.ini", "__macosx"))
"""Files and folders that computers leave behind, in small letters."""

SPLITS = frozenset(("train", "training", "val", "valid", "validation", "test", "testing"))
"""Names of folders that are parts of a data set, not classes, in small letters."""


def is_picture(name: str) -> bool:
    """Whether a file is taken for a picture, by its suffix."""
    return suffix_of(name) in SUFFIXES


def suffix_of(name: str) -> str:
    """The suffix of a file, in small letters."""
    return PurePosixPath(name).suffix.lower()


def is_nobodys(name: str) -> bool:
    """Whether a file or folder is hidden, or was left behind by a computer."""
    return name.startswith(".") or name.lower() in NOBODYS


def composed(name: str, where: Path | str) -> str:
    """A name in the one of Unicode's forms (NFC) in which equal letters are equal bytes.

    Raises:
        UserError: It is no Unicode text.
    """
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f"the file name {name!r} is not in UTF-8", where=where, remedy="rename the file, or the folder it lies in"
        ) from error
    return unicodedata.normalize("NFC", name)


def picture_id(name: str, class_id: str | None) -> str:
    """The id of a picture: its class and its name, whose first folder may be the class already."""
    if class_id is None or name.startswith(f"{class_id}/"):
        return name
    return f"{class_id}/{name}"


def first_folder(name: str) -> str | None:
    """The first folder of a name; None for a bare file."""
    folder, slash, _ = name.partition("/")
    return folder if slash else None


def without_wrapper(names: Sequence[str]) -> tuple[int, str]:
    """How many characters of all names are folders around all classes, and these folders.

    A folder is around all classes if every picture is in it, and none directly in it.
    """
    around = ""
    while names and (folder := first_folder(names[0][len(around) :])) is not None:
        longer = f"{around}{folder}/"
        if not all(name.startswith(longer) and "/" in name[len(longer) :] for name in names):
            break
        around = longer
    return len(around), around


def check_classes(classes: Iterable[str], where: Path) -> None:
    """Check that folders are classes, and not parts of a data set.

    Raises:
        UserError: All of them have names of parts: train, val, test.
    """
    found = sorted(classes)
    if found and all(name.lower() in SPLITS for name in found):
        raise UserError(
            f"the folders {', '.join(found)} are parts of a data set, not classes",
            where=where,
            remedy=f"make a data set of each: place: {where}/{found[0]}",
        )


def check_some(pictures: Sequence[object], others: Mapping[str, int], where: Path) -> None:
    """Check that there are pictures at all.

    Raises:
        UserError: There is none; says which other files there are.
    """
    if not pictures:
        there = f"; there are {in_words(others)}" if others else ""
        raise UserError(
            f"no pictures were found{there}",
            where=where,
            remedy=f"correct the key 'place', or put pictures there ({', '.join(sorted(SUFFIXES))})",
        )


def left_out(others: Mapping[str, int]) -> list[str]:
    """A note about files that are no pictures; none where there are no such files."""
    return [f"left out, since they are no pictures: {in_words(others)}"] if others else []


def in_words(others: Mapping[str, int]) -> str:
    """Files by suffix, in words."""
    most = Counter(others).most_common(5)
    words = [f"{count} {shown(suffix) if suffix else 'without suffix'}" for suffix, count in most]
    return ", ".join([*words, *(["…"] if len(others) > len(words) else [])])
