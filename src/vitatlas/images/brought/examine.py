"""Each picture looked at once: checksum, width and height for the index, and those that cannot be used by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vitatlas.errors import UserError
from vitatlas.images.brought import checksum
from vitatlas.images.brought.decode import decode, size_of
from vitatlas.images.brought.readers.found import Found, Place
from vitatlas.images.brought.store import Store
from vitatlas.jobs.progress import Progress

THEN = 1 << 16
"""How many bytes of a picture are read for its header where the first 4 KiB do not hold it; then all of them."""

NAMED = 10
"""How many pictures that cannot be used are named."""


class Seen(NamedTuple):
    """One picture, as it was seen.

    Attributes:
        checksum: See `vitatlas.images.brought.checksum`.
        width, height: In pixels, as it is decoded.
        size: In bytes.
    """

    checksum: str
    width: int
    height: int
    size: int


def examine(pictures: Sequence[Found], store: Store, title: str, *, thorough: bool, upright: bool) -> list[Seen]:
    """All pictures, in order.

    Args:
        pictures: As a reader found them.
        store: Where their bytes are.
        title: Of the progress.
        thorough: Whether each is read and decoded whole. Else headers are read, and the first of each class is decoded.
        upright: See `decode`.

    Raises:
        UserError: Some cannot be used; names them, each with what is wrong and the remedy.
    """
    seen, problems, classes = [], [], set[str | None]()
    with Progress(len(pictures), title) as progress:
        for picture in pictures:
            try:
                if thorough:
                    seen.append(_whole(store, picture.place, upright))
                else:
                    seen.append(_start(store, picture.place, upright))
                    if picture.class_id not in classes:
                        _whole(store, picture.place, upright)
                classes.add(picture.class_id)
            except UserError as error:
                problems.append(error)
            progress.step(1)
    if problems:
        raise _together(problems, len(pictures))
    return seen


def _whole(store: Store, place: Place, upright: bool) -> Seen:
    data = store.read(place)
    _, height, width = decode(data, store.where(place), upright=upright).shape
    return Seen(checksum.of_whole(data), width, height, len(data))


def _start(store: Store, place: Place, upright: bool) -> Seen:
    size, data = store.size(place), store.read(place, checksum.FIRST)
    width, height = _header(store, place, data, upright)
    return Seen(checksum.of_start(data, size), width, height, size)


def _header(store: Store, place: Place, data: bytes, upright: bool) -> tuple[int, int]:
    """Width and height, from as few bytes as will do."""
    for more in (THEN, None):
        try:
            return size_of(data, store.where(place), upright=upright)
        except UserError:
            data = store.read(place, more)
    return size_of(data, store.where(place), upright=upright)


def _together(problems: list[UserError], total: int) -> UserError:
    if len(problems) == 1:
        return problems[0]
    lines = [f"  {error.where}: {error.problem}; {error.remedy}" for error in problems[:NAMED]]
    more = [f"  and {len(problems) - NAMED} more"] if len(problems) > NAMED else []
    return UserError("\n".join([f"{len(problems)} of {total} pictures cannot be used", *lines, *more]))
