"""Pictures as a user names them on a command line: a data set of the configuration, or a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.names import SUFFIXES
from vitatlas.images.brought.readers.walk import listed

PREFIX = "own-"
"""In front of a folder's name, so that its data set is none of the configuration's."""

GUIDE = "docs/how-to/own-pictures.md"


def data_set_of(given: str, known: Mapping[str, DataSet]) -> tuple[str, DataSet | None]:
    """The name of a data set, and its entry where it is not in the configuration yet.

    Args:
        given: A name, or the path of a folder with pictures, or with a folder of pictures per class.
        known: The section `data`.

    Raises:
        UserError: It is neither; there are no pictures in the folder.
    """
    if given in known:
        return given, None
    folder = expanded(given).resolve()
    if not folder.is_dir():
        names = ", ".join(sorted(known)) or "none"
        raise UserError(
            f"there is no folder '{given}', and no data set of that name (there are: {names})",
            where="DATA",
            remedy=f"name a folder with pictures; for tar files, shards and tables see {GUIDE}",
        )
    kind = "flat" if _has_pictures_itself(folder) else "folders"
    return f"{PREFIX}{slug(folder.name)}", DataSet(kind=kind, place=str(folder))


def slug(text: str) -> str:
    """Text as a name: letters, digits, `_` and `-`."""
    return re.sub(r"[^\w-]+", "-", text).strip("-") or "pictures"


def _has_pictures_itself(folder: Path) -> bool:
    pictures = listed(folder).pictures
    if not pictures:
        raise UserError(
            "there are no pictures in this folder",
            where=folder,
            remedy=f"name another folder; pictures are: {', '.join(sorted(SUFFIXES))}",
        )
    return any("/" not in name for name in pictures)
