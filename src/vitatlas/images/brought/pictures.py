"""The pictures of an index, one batch after the other: how analyses read a data set of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.images.brought import checksum
from vitatlas.images.brought.decode import Pixels, decode
from vitatlas.images.brought.index import Index, place_of
from vitatlas.images.brought.store import Store
from vitatlas.images.brought.view import View


class Batch(NamedTuple):
    """Some pictures.

    Attributes:
        start: The position of the first one in the index.
        ids, class_ids: Of each; a class is None where the data set has none.
        labels: int64 [B], -1 where the data set has no classes.
        images: uint8 [B, 3, S, S].
    """

    start: int
    ids: list[str]
    class_ids: list[str | None]
    labels: NDArray[np.int64]
    images: Pixels

    @property
    def stop(self) -> int:
        """The position after the last one: where to go on."""
        return self.start + len(self.ids)


def batches(index: Index, view: View, size: int, start: int = 0) -> Iterator[Batch]:
    """All pictures from a position on, in the order of the index; no more than one batch is in memory.

    Args:
        index: Of the data set.
        view: How they are seen.
        size: Pictures per batch; the last one may have fewer.
        start: Position of the first picture.

    Raises:
        UserError: A picture cannot be read, or is another one than when the index was made.
    """
    with Store(expanded(index.place), index.column) as store:
        for first in range(start, len(index), size):
            rows = index.rows(first, first + size)
            yield Batch(
                first,
                [row["id"] for row in rows],
                [row["class_id"] for row in rows],
                np.array([row["label"] for row in rows], np.int64),
                np.stack([view.of_picture(_decoded(index, row, store)) for row in rows]),
            )


def picture(index: Index, position: int) -> Pixels:
    """One picture as it is, uint8 [3, H, W].

    Raises:
        UserError: As `batches`.
    """
    with Store(expanded(index.place), index.column) as store:
        return _decoded(index, index.rows(position, position + 1)[0], store)


def _decoded(index: Index, row: dict[str, Any], store: Store) -> Pixels:
    place = place_of(row)
    data = store.read(place)
    if not checksum.fits(row["checksum"], data):
        raise UserError(
            f"the picture '{row['id']}' is another one than when the index was made",
            where=store.where(place),
            remedy=f"put the picture back, or make the index again: delete {index.path}",
        )
    return decode(data, store.where(place), upright=index.upright)
