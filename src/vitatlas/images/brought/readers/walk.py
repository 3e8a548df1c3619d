"""The files below a folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vitatlas.errors import UserError
from vitatlas.images.brought.readers.found import shown
from vitatlas.images.brought.readers.names import is_nobodys, is_picture, suffix_of


class Listing(NamedTuple):
    """The contents of a folder, hidden files left out.

    Attributes:
        pictures: Paths below it, sorted folder by folder.
        others: How many other files there are, by suffix.
        folders: The folders directly in it.
    """

    pictures: list[str]
    others: Counter[str]
    folders: list[str]


def listed(folder: Path) -> Listing:
    """The files below a folder; links to files and folders are followed.

    Raises:
        UserError: A folder cannot be read, a link leads nowhere, or folders lead in a circle.
    """
    pictures, others = [], Counter[str]()
    for name in files_below(folder):
        if is_picture(name):
            pictures.append(name)
        else:
            others[suffix_of(name)] += 1
    folders = [entry.name for entry in _entries(folder) if entry.is_dir()]
    return Listing(pictures, others, folders)


def files_below(folder: Path, below: str = "", above: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of all files below a folder, sorted folder by folder; arguments beyond the first are its own.

    Raises:
        UserError: As `listed`.
    """
    real = os.path.realpath(folder)
    if real in above:
        raise UserError("folders lead in a circle", where=folder, remedy="remove the link that leads back")
    for entry in _entries(folder):
        name = f"{below}{entry.name}"
        if entry.is_dir():
            yield from files_below(Path(entry.path), f"{name}/", (*above, real))
        elif entry.is_file():
            yield name
        elif entry.is_symlink():
            raise UserError(
                f"the link '{shown(entry.name)}' leads nowhere",
                where=folder,
                remedy="bring back the file that it names, or remove the link",
            )


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((entry for entry in entries if not is_nobodys(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        raise UserError(
            f"the folder cannot be read: {error.strerror}", where=folder, remedy="correct its name or its permissions"
        ) from error
