"""Small pictures for figures, made again from scenes or from the data set, by the ids of what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from vitatlas.components.retrieve.spec import Shown
from vitatlas.encoders.seen.sources import Brought
from vitatlas.errors import UserError
from vitatlas.images import png
from vitatlas.images.brought.index import Index, load_index
from vitatlas.images.brought.pictures import batches
from vitatlas.images.brought.view import View
from vitatlas.images.world.render import Renderer

SIDE = 96  # pixels; larger pictures are made smaller
BATCH = 32


def thumbnails(pictures: pd.DataFrame, shown: Shown, indexes: Sequence[Path]) -> dict[str, bytes]:
    """A PNG of each picture, by its id.

    Args:
        pictures: Rows of the table of pictures, as `contributions` wrote it; some may be there twice.
        shown: How they are made.
        indexes: The index of the data set that they are of; none for scenes.

    Raises:
        UserError: A picture is not in the data set any more, or cannot be read.
    """
    once = pictures.drop_duplicates("picture")
    ids: list[str] = once["picture"].tolist()
    images = _brought(ids, shown, indexes) if isinstance(shown.source, Brought) else _scenes(once, shown)
    return {name: _small(image) for name, image in zip(ids, images, strict=True)}


def _scenes(scenes: pd.DataFrame, shown: Shown) -> Iterable[np.ndarray]:
    for _, images in Renderer(shown.image).in_batches(scenes, BATCH):
        yield from images.numpy()


def _brought(ids: Sequence[str], shown: Shown, indexes: Sequence[Path]) -> Iterator[np.ndarray]:
    (path,) = indexes
    index = load_index(path)
    chosen = index.chosen([_positions(index)[name] for name in _known(ids, index)])
    for batch in batches(chosen, View(shown.image, shown.shorter_side, shown.interpolation), BATCH):
        yield from batch.images


def _positions(index: Index) -> dict[str, int]:
    return {name: position for position, name in enumerate(index.table["id"].to_pylist())}


def _known(ids: Sequence[str], index: Index) -> Sequence[str]:
    lacking = sorted(set(ids) - set(_positions(index)))
    if lacking:
        raise UserError(
            f"the picture '{lacking[0]}' is not in the data set any more",
            where=index.path,
            remedy="delete the contributions of this model and make them again",
        )
    return ids


def _small(image: np.ndarray) -> bytes:
    """uint8 [3, S, S] as a PNG of at most `SIDE` pixels."""
    picture = Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0)))
    if picture.width > SIDE:
        picture = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return png.encode(np.asarray(picture))
