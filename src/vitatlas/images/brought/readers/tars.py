"""Pictures in tar files, in a folder per class. Nothing is unpacked: where a member begins is all that is kept.

timm's reader of tar files is not used: it keeps a pickle beside the user's files, and numbers classes by position.
"""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.names import (
    check_classes,
    check_some,
    first_folder,
    is_nobodys,
    is_picture,
    left_out,
    suffix_of,
    without_wrapper,
)
from vitatlas.images.brought.readers.walk import files_below

PACKED = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")


class Member(NamedTuple):
    """A file in a tar file.

    Attributes:
        name: Its path, without a leading `./`.
        offset: Where its bytes begin.
        size: How many there are.
    """

    name: str
    offset: int
    size: int


def read_tars(_: DataSet, place: Path) -> Contents:
    """Pictures whose class is the first folder in the tar file, folders around all classes left out; of pictures in no
    folder, the name of the tar file, if there are several.

    Raises:
        UserError: No tar files, or such as cannot be read; no pictures; one tar file with pictures in no folder.
    """
    pictures: list[tuple[str, Place]] = []
    others = Counter[str]()
    tars = tar_files(place)
    for tar in tars:
        for member in members(place if place.is_file() else place / tar):
            if is_picture(member.name):
                pictures.append((tar, Place(tar, *member)))
            else:
                others[suffix_of(member.name)] += 1
    check_some(pictures, others, place)
    start, around = without_wrapper([str(at.member) for _, at in pictures])
    names = [(tar, str(at.member)[start:], at) for tar, at in pictures]
    if len(tars) == 1 and (loose := [name for _, name, _ in names if first_folder(name) is None]):
        raise UserError(
            f"{len(loose)} pictures lie in no folder of the tar file ('{shown(loose[0])}'), so they have no class",
            where=place,
            remedy="pack them in folders of their classes, or one tar file per class",
        )
    found = [Found(name, first_folder(name) or PurePosixPath(tar).stem, at) for tar, name, at in names]
    check_classes({str(picture.class_id) for picture in found}, place)
    notes = [f"left out of classes and ids, since it is around all classes: the folder '{around}'"] if around else []
    return Contents(found, notes=[*notes, *left_out(others)])


def tar_files(place: Path) -> list[str]:
    """The tar files at a place, below its folder: itself, or those in it.

    Raises:
        UserError: There is none, or one is compressed: its members cannot be found again without reading all.
    """
    names = [place.name] if place.is_file() else list(files_below(place))
    if packed := [name for name in names if name.lower().endswith(PACKED)]:
        raise UserError(
            f"the tar file '{shown(packed[0])}' is compressed",
            where=place,
            remedy="unpack it to .tar (gunzip, unxz, …)",
        )
    tars = names if place.is_file() else [name for name in names if name.lower().endswith(".tar")]
    if not tars:
        raise UserError("no tar files were found", where=place, remedy="correct the key 'place' or 'kind'")
    return tars


def members(path: Path) -> Iterator[Member]:
    """The files in a tar file, in order, hidden ones left out.

    Raises:
        UserError: It cannot be read or is cut off; a picture in it is a link, or has a path out of the tar file.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            while (info := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # else it keeps all of them
                if (member := _member(info, path)) is not None:
                    yield member
            # Of a file that is cut off, tarfile reads what there is.
            tar.fileobj.seek(tar.offset)
            if tar.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                raise tarfile.ReadError("unexpected end of data")
    except (tarfile.TarError, OSError) as error:
        raise UserError(
            f"the tar file cannot be read: {error}", where=path, remedy="fetch or pack it again, uncompressed"
        ) from error


def _member(info: tarfile.TarInfo, path: Path) -> Member | None:
    parts = PurePosixPath(info.name).parts
    if info.isdir() or any(is_nobodys(part) for part in parts if part != ".."):
        return None
    if info.name.startswith("/") or ".." in parts:
        raise UserError(
            f"the path '{shown(info.name)}' leads out of the tar file", where=path, remedy="pack it with relative paths"
        )
    if not info.isreg() or info.issparse():
        if not is_picture(info.name):
            return None
        raise UserError(
            f"'{shown(info.name)}' is a link or a file with holes, so that its bytes are elsewhere",
            where=path,
            remedy="pack it again by tar --dereference --hard-dereference",
        )
    return Member("/".join(parts), info.offset_data, info.size)
