"""Counts over all pictures, and as what they are kept when a job is stopped."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from vitatlas.features.last_layer.measure import Found, Key
from vitatlas.models.sites.layouts import Grid

_COUNT = torch.int16
"""Of patches of one picture."""


class Tally:
    """Counts on the first pictures of a set: whole numbers, so that sums do not depend on batches.

    Args:
        pictures: How many pictures there are.

    Attributes:
        done: How many were seen.
        right: By key, int16 [N, measures].
        by_patch: By l, int64 [P, measures].
        on_object: int16 [N], how many patches the object covers, -1 where nothing is known of it.
        grid: Rows and columns of patches; None if none were read.
    """

    def __init__(self, pictures: int):
        self.done = 0
        self.right: dict[Key, Tensor] = {}
        self.by_patch: dict[int, Tensor] = {}
        self.on_object = torch.full((pictures,), -1, dtype=_COUNT)
        self.grid: Grid | None = None

    def add(self, found: Found) -> None:
        """Count the next pictures."""
        size = len(next(iter(found.right.values())))
        rows = slice(self.done, self.done + size)
        for key, counts in found.right.items():
            if key not in self.right:
                self.right[key] = torch.zeros(len(self.on_object), counts.shape[1], dtype=_COUNT)
            self.right[key][rows] = counts.to("cpu", _COUNT)
        for number, hits in found.by_patch.items():
            self.by_patch[number] = self.by_patch.get(number, 0) + hits.cpu()
        if found.on_object is not None:
            self.on_object[rows] = found.on_object.to("cpu", _COUNT)
        self.grid = found.grid
        self.done += size

    def state(self) -> dict[str, Any]:
        """All of it, as a checkpoint holds it."""
        keys = [list(key) for key in self.right]
        return {
            **{"done": self.done, "keys": keys, "right": list(self.right.values()), "on_object": self.on_object},
            **{"by_patch": self.by_patch, "grid": self.grid},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.done, self.on_object, self.by_patch = state["done"], state["on_object"], state["by_patch"]
        self.right = dict(zip([Key(*key) for key in state["keys"]], state["right"], strict=True))
        self.grid = state["grid"]
