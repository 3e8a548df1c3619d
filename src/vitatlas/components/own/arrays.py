"""Arrays that a job needs while it runs, hidden beside its output: a stopped job goes on, and nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vitatlas.encoders.seen.pictures import Pictures
from vitatlas.jobs.filling import fill as fill_rows
from vitatlas.jobs.rows import Rows

Encode = Callable[[Tensor], Tensor]
"""From pictures [B, 3, side, side] to rows [B, …]."""


class HiddenRows(Rows):
    """Rows that are read while the job lasts, and removed at its end.

    Args:
        output: Of the job.
        name: Of the array.
        shape: As of `Rows`, float32.
        key: As of `Rows`.
    """

    def __init__(self, output: Path, name: str, shape: tuple[int, ...], key: str):
        super().__init__(output.with_name(f"{output.stem}.{name}.npy"), shape, "float32", key)

    @property
    def array(self) -> np.ndarray:
        """All rows, mapped from the file."""
        rows: np.ndarray = np.load(self._part, mmap_mode="r", allow_pickle=False)
        return rows

    def remove(self) -> None:
        """Delete the file."""
        self._part.unlink()
        self._note.unlink()


@torch.no_grad()
def fill(rows: HiddenRows, pictures: Pictures, encode: Encode, batch: int, title: str, device: torch.device) -> None:
    """Encode the pictures whose rows are missing.

    Raises:
        UserError: A picture cannot be read; a value is not finite.
        SystemExit: Stopped by a signal; the rows so far are kept.
    """
    if rows.done < rows.count:
        rest = (encode(images.to(device)).cpu().numpy() for images in pictures.batches(batch, rows.done))
        fill_rows(rows, rest, title)
