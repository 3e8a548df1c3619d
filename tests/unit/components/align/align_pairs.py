"""Made-up images whose places in the text space follow from their contributions, or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from vitatlas.components.align.config import Alignment, Method
from vitatlas.components.align.fit import Aligned, align
from vitatlas.components.align.pairs import Pairs
from vitatlas.jobs.checkpoint import Checkpoint

SHAPES = [(6, 9), (8, 8), (9, 6)]
"""Width and text width: the text space is wider, as wide, narrower."""


def isometry(width: int, text_width: int, seed: int = 0) -> np.ndarray:
    """A random matrix [width, text width] with orthonormal rows or, in a narrower text space, columns."""
    drawn = np.random.default_rng(seed).normal(size=(width, text_width))
    left, _, right = np.linalg.svd(drawn, full_matrices=False)
    return left @ right


def split_up(z: np.ndarray, components: int, rng: np.random.Generator) -> np.ndarray:
    """Random contributions that add up to z."""
    contributions = rng.normal(size=(len(z), components, z.shape[1]))
    contributions[:, -1] += z - contributions.sum(1)
    return contributions


def planted(
    images: int, components: int, width: int, text_width: int, seed: int = 0, noise: float = 0.0, turn: int = 0
) -> Pairs:
    """Targets are a planted isometry of z, with noise, at unit length."""
    rng = np.random.default_rng([seed, images])
    z = rng.normal(size=(images, width))
    targets = z @ isometry(width, text_width, turn) + noise * rng.normal(size=(images, text_width))
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    return Pairs(split_up(z, components, rng).astype(np.float32), targets.astype(np.float32), f"planted-{seed}.npy")


def aligned(
    method: Method,
    settings: Alignment,
    train: Pairs,
    held_out: Pairs,
    folder: Path,
    seed: int = 0,
    every_s: float = 1e9,
) -> Aligned:
    """`align` on the CPU, with a checkpoint in the folder."""
    checkpoint = Checkpoint(folder / f"{method}.safetensors", "key", every_s)
    device = torch.device("cpu")
    return align(method, settings, train, held_out, title=method, device=device, seed=seed, checkpoint=checkpoint)


class Watched:
    """An array of which only some rows at a time can be had; notes how many were asked for."""

    def __init__(self, array: np.ndarray):
        self.array, self.shape, self.asked = array, array.shape, list[int]()

    def __getitem__(self, rows: np.ndarray | slice) -> np.ndarray:
        found = self.array[rows]
        self.asked.append(len(found))
        return found

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise AssertionError("read as a whole")
