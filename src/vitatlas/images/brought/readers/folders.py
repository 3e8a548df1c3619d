"""A folder per class, and a folder without classes.

timm's reader of folders is not used: it takes hidden files for pictures, numbers classes by their position among the
folders found, names a class by the innermost folder, and follows links in circles.
"""

from __future__ import annotations

from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.names import check_classes, check_some, first_folder, left_out
from vitatlas.images.brought.readers.walk import listed


def read_folders(_: DataSet, place: Path) -> Contents:
    """Pictures in class folders; folders within these are part of the pictures' names.

    Raises:
        UserError: No pictures; pictures outside the folders; an empty folder; folders that are no classes.
    """
    found = listed(place)
    check_some(found.pictures, found.others, place)
    check_classes(found.folders, place)
    if loose := [name for name in found.pictures if first_folder(name) is None]:
        raise UserError(
            f"{len(loose)} pictures lie in no class folder ('{shown(loose[0])}')",
            where=place,
            remedy="put each into a folder of its class; or take kind 'table' with a table of classes, or kind 'flat' "
            "for pictures without classes",
        )
    check_none_empty(found.folders, found.pictures, place)
    pictures = [Found(name, first_folder(name), Place(name)) for name in found.pictures]
    return Contents(pictures, notes=left_out(found.others))


def read_flat(_: DataSet, place: Path) -> Contents:
    """Pictures without classes, in a folder and in folders below it.

    Raises:
        UserError: No pictures.
    """
    found = listed(place)
    check_some(found.pictures, found.others, place)
    return Contents([Found(name, None, Place(name)) for name in found.pictures], notes=left_out(found.others))


def check_none_empty(folders: list[str], pictures: list[str], where: Path) -> None:
    """Check that each class folder has pictures.

    Raises:
        UserError: One has none.
    """
    if empty := sorted(set(folders) - {first_folder(name) for name in pictures}):
        raise UserError(
            f"{len(empty)} class folders hold no pictures: {', '.join(map(shown, empty[:5]))}",
            where=where,
            remedy="put pictures there, or remove the folders",
        )
