"""Images as what an alignment reads of them: the contributions of their components, and their place in the text space.

Contributions of a large model do not fit into memory: whatever is read is read batch by batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vitatlas.errors import UserError

READ = 128
"""Images read at a time where nothing is learned."""

UNIT = 0.01
"""Largest departure of a target's length from 1, which float16 keeps well within."""


@dataclass(frozen=True)
class Pairs:
    """Images of one split.

    Args:
        contributions: [images, components, width], of any floating type; may be mapped from a file.
        targets: The images in the text space, of unit length, [images, text width]; may be mapped, too.
        where: The file that they are from, or another name, for messages.

    Raises:
        UserError: Other shapes, no images, or not as many targets as images.
    """

    contributions: np.ndarray
    targets: np.ndarray
    where: str | Path

    def __post_init__(self) -> None:
        shapes = self.contributions.shape, self.targets.shape
        if (len(shapes[0]), len(shapes[1])) != (3, 2) or 0 in shapes[0] + shapes[1]:
            problem = f"contributions have shape {shapes[0]}, targets {shapes[1]}"
            remedy = "hand over [images, components, width] and [images, text width], and at least one image"
            raise UserError(problem, where=self.where, remedy=remedy)
        if shapes[0][0] != shapes[1][0]:
            raise UserError(
                f"there are contributions of {shapes[0][0]} images and targets of {shapes[1][0]}",
                where=self.where,
                remedy="take both from the same list of images",
            )

    def __len__(self) -> int:
        """How many images there are."""
        return self.contributions.shape[0]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Components, width and text width: the shape of one map per component."""
        return (*self.contributions.shape[1:], self.targets.shape[1])

    def batch(self, rows: np.ndarray | slice) -> tuple[Tensor, Tensor]:
        """The contributions [rows, components, width] and targets [rows, text width] of some images, as float32.

        Raises:
            UserError: They are not finite, or a target is not of unit length.
        """
        contributions = np.array(self.contributions[rows], dtype=np.float32)
        targets = np.array(self.targets[rows], dtype=np.float32)
        self._check_contributions(contributions, rows)
        self._check_targets(targets, rows)
        return torch.from_numpy(contributions), torch.from_numpy(targets)

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """All images in their order, `READ` at a time; the last batch may be smaller."""
        for start in range(0, len(self), READ):
            yield self.batch(slice(start, start + READ))

    def _check_contributions(self, contributions: np.ndarray, rows: np.ndarray | slice) -> None:
        finite = np.isfinite(contributions).all(axis=2)
        if not finite.all():
            image, component = np.argwhere(~finite)[0]
            raise UserError(
                f"the contribution of component {component} in image {self._row(image, rows)} is not finite",
                where=self.where,
                remedy="compute the contributions again, as float32 if float16 is too narrow for them",
            )

    def _check_targets(self, targets: np.ndarray, rows: np.ndarray | slice) -> None:
        lengths = np.linalg.norm(targets, axis=1)
        wrong = np.flatnonzero(~(np.abs(lengths - 1) <= UNIT))  # also catches NaN
        if wrong.size:
            raise UserError(
                f"the target of image {self._row(wrong[0], rows)} has length {lengths[wrong[0]]:.4g}, not 1",
                where=self.where,
                remedy="divide the images' vectors in the text space by their lengths",
            )

    @staticmethod
    def _row(place: np.integer, rows: np.ndarray | slice) -> int:
        return int(rows.start + place if isinstance(rows, slice) else rows[place])


def check_alike(train: Pairs, held_out: Pairs) -> None:
    """Refuse splits that no map fits both of.

    Raises:
        UserError: They differ in the number of components or a width.
    """
    if train.shape != held_out.shape:
        told = [" × ".join(map(str, pairs.shape)) for pairs in (train, held_out)]
        raise UserError(
            f"components × width × text width are {told[0]} in the training images, {told[1]} in the held-out ones",
            where=held_out.where,
            remedy="decompose both with the same model, from the same block on",
        )
