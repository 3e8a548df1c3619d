"""WebDataset: tar files with the members of one sample side by side, `key.jpg` and `key.cls`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.names import check_some, is_picture, left_out, suffix_of
from vitatlas.images.brought.readers.tars import Member, members, tar_files

LARGEST_LABEL = 1_000_000
"""Bytes of a member that says a class, or of a JSON file with it."""


def read_webdataset(data_set: DataSet, place: Path) -> Contents:
    """The pictures of all samples; a picture's name is that of its member.

    Raises:
        UserError: No tar files, or such as cannot be read; no pictures; a sample with two pictures or without a class.
    """
    pictures: list[Found] = []
    others = Counter[str]()
    for tar in tar_files(place):
        path = place if place.is_file() else place / tar
        with path.open("rb") as file:
            for key, sample in samples(path):
                member = _picture(key, sample, path)
                if member is None:
                    others.update(suffix_of(part.name) for part in sample)
                else:
                    said = _label(sample, data_set.label_column, file, f"{path}: sample '{shown(key)}'")
                    pictures.append(Found(member.name, said, Place(tar, *member)))
    check_some(pictures, others, place)
    return Contents(pictures, notes=left_out(others))


def samples(path: Path) -> Iterator[tuple[str, list[Member]]]:
    """The samples of a tar file: members side by side that have one key."""
    for key, group in groupby(members(path), key=lambda member: key_of(member.name)[0]):
        yield key, list(group)


def key_of(name: str) -> tuple[str, str]:
    """The key of a member, its path up to the first dot of the file's name, and what follows the dot."""
    folder, slash, file = name.rpartition("/")
    stem, _, rest = file.partition(".")
    return f"{folder}{slash}{stem}", rest.lower()


def _picture(key: str, sample: list[Member], path: Path) -> Member | None:
    inside = [member for member in sample if is_picture(member.name)]
    if len(inside) > 1:
        names = ", ".join(shown(member.name) for member in inside)
        raise UserError(
            f"the sample '{shown(key)}' has several pictures: {names}",
            where=path,
            remedy="pack each picture as a sample of its own",
        )
    return inside[0] if inside else None


def _label(sample: list[Member], column: str, file: BinaryIO, where: str) -> str:
    ending, _, entry = column.partition(".")
    remedy = "correct the key 'label' (cls, txt or json.NAME), or pack the class with each picture"
    found = [member for member in sample if key_of(member.name)[1] == ending]
    if not found or found[0].size > LARGEST_LABEL:
        raise UserError(f"the sample has no class in a member .{ending}", where=where, remedy=remedy)
    file.seek(found[0].offset)
    data = file.read(found[0].size)
    try:
        said = json.loads(data)[entry] if entry else data.decode().strip()
    except (ValueError, LookupError, TypeError) as error:
        raise UserError(f"no class can be read from {shown(found[0].name)}", where=where, remedy=remedy) from error
    if said == "" or isinstance(said, bool) or not isinstance(said, str | int):
        raise UserError(f"the class {said!r} is neither text nor a whole number", where=where, remedy=remedy)
    return str(said)
