"""Rendered images as analyses and figures read them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from vitatlas.errors import UserError


@dataclass(frozen=True)
class Rendered:
    """Images in the order of their scenes.

    Attributes:
        scene, label: int [N].
        image: uint8 [N, H, W, 3].
        mask: uint8 [N, H, W]: 0 no object, 1 and 2 the first and the second.
        png: The same images as files' contents, [N].
    """

    scene: NDArray[np.int64]
    label: NDArray[np.int64]
    image: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    png: list[bytes]


def load(paths: Sequence[Path]) -> Rendered:
    """Read the shares of one set.

    Raises:
        UserError: A file is no table of rendered images, they are of different sizes, or a scene is there twice.
    """
    table = pd.concat([_read(path) for path in paths]).sort_values("scene", ignore_index=True)
    where = ", ".join(map(str, paths))
    if table["scene"].duplicated().any():
        raise UserError("a scene was rendered twice", where=where, remedy="delete these files and make them again")
    pictures, masks = ([_pixels(content) for content in table[name]] for name in ("png", "mask"))
    if len({picture.shape[:2] for picture in [*pictures, *masks]}) != 1:
        raise UserError("the images are of several sizes", where=where, remedy="make them again from one table")
    numbers, labels = (np.array(table[name], np.int64) for name in ("scene", "label"))
    return Rendered(numbers, labels, np.stack(pictures), np.stack(masks), list(table["png"]))


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)[["scene", "label", "png", "mask"]]
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            f"no table of rendered images: {error}", where=path, remedy="delete it and make it again"
        ) from error


def _pixels(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(content)))
