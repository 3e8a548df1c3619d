"""Scenes that a job has rendered for all encoders of one size: the file of their pixels, and that of their table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.mapped import mapped, table_of


@dataclass(frozen=True)
class StoredPictures:
    """Scenes whose pixels are in a file; see `vitatlas.encoders.seen.pictures.Pictures`.

    Attributes:
        array: The file, uint8 [N, 3, side, side], in the order of the table.
    """

    table: pd.DataFrame
    array: Path

    def batches(self, size: int, start: int = 0) -> Iterator[Tensor]:
        """See `vitatlas.encoders.seen.pictures.Pictures`."""
        for first in range(start, len(self.table), size):
            # Opened anew each time: what stays mapped counts as memory of the process
            yield torch.from_numpy(np.array(_pixels(self.array)[first : first + size]))


def stored_pictures(name: str, table: pd.DataFrame, side: int, files: Sequence[Path]) -> StoredPictures | None:
    """The scenes of a part; None if no file is of it.

    Args:
        name: Of the part.
        table: The scenes that are wanted.
        side: Of their pictures, in pixels.
        files: Of any parts: `<part>.npy` and, with their table, `<part>.parquet`.

    Raises:
        UserError: A file is missing or cannot be read; the scenes in it are others, or of another size.
    """
    found = {path.suffix: path for path in files if path.stem == name}
    if not found:
        return None
    for suffix in (".npy", ".parquet"):
        if suffix not in found:
            raise UserError(f"of the scenes '{name}', {name}{suffix} was not handed over", where="--input scenes")
    array, scenes = found[".npy"], found[".parquet"]
    if not table.equals(table_of(scenes, _again(scenes))):
        raise UserError(f"other scenes than those of part '{name}' are stored", where=scenes, remedy=_again(scenes))
    pixels, wanted = _pixels(array), (len(table), 3, side, side)
    if pixels.shape != wanted or pixels.dtype != np.uint8:
        held = f"{pixels.dtype} of shape {pixels.shape} are stored, and uint8 of shape {wanted} wanted"
        raise UserError(f"the pixels do not fit part '{name}': {held}", where=array, remedy=_again(array))
    return StoredPictures(table, array)


def _pixels(path: Path) -> np.ndarray:
    return mapped(path, "the pixels", _again(path))


def _again(path: Path) -> str:
    return f"make it again: snakemake --force {path}"
