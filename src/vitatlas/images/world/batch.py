"""Scenes as the numbers that drawing needs, with the sprites and backgrounds that they use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from vitatlas.images.world.backgrounds.library import background
from vitatlas.images.world.check import check
from vitatlas.images.world.palette import TONES, pattern
from vitatlas.images.world.scenes import SCALES, TILTS
from vitatlas.images.world.silhouettes.raster import frame, sprite

STEPS = {
    "row": {"top": -1, "middle": 0, "bottom": 1},
    "column": {"left": -1, "center": 0, "right": 1},
    "size": {"small": 16, "large": 8},
}
"""Place of an object: steps off the middle, and their lengths in 1/64 of the side (one or two patches of 8)."""


@dataclass(frozen=True)
class Batch:
    """Scenes on the renderer's device; made by `Renderer.load`.

    Attributes:
        sprites: int32 [sprites, frame²], packed coverages (`silhouettes.raster.sprite`).
        patterns: int32 [patterns, frame²], second tone in sixteenths of a pixel.
        backgrounds: uint8 [backgrounds, 3, side²].
        sprite, pattern, background: int64 [N], rows of the three.
        corner: int64 [N, 2], the pixel (y, x) where the corner of the sprite lies.
        tones: int32 [N, 2, 3], first and second tone.
        gain: int32 [N, 3], factor of each channel in 1/256.
        noise: int32 [N], seeds.
    """

    sprites: torch.Tensor
    patterns: torch.Tensor
    backgrounds: torch.Tensor
    sprite: torch.Tensor
    pattern: torch.Tensor
    background: torch.Tensor
    corner: torch.Tensor
    tones: torch.Tensor
    gain: torch.Tensor
    noise: torch.Tensor

    def __len__(self) -> int:
        return len(self.noise)


def load(scenes: pd.DataFrame, side: int, device: torch.device) -> Batch:
    """The numbers to draw scenes with, in pictures of `side` pixels.

    Raises:
        UserError: The table lacks a column, or has a value that cannot be drawn.
    """
    check(scenes)
    size = scenes["size"].where(scenes["count"] == "one", "many")
    tilt, scale = (_positions(scenes[name], values) for name, values in (("tilt", TILTS), ("scale", SCALES)))
    sprites = _used(lambda *key: sprite(*key, side), scenes["category"], size, tilt, scale)
    patterns = _used(lambda *key: pattern(*key, side), scenes["pattern"], tilt)
    backgrounds = _used(lambda *key: background(*key, side), scenes["location"], scenes["split"], scenes["background"])
    brightness, warmth = (scenes[name].to_numpy(np.int32) for name in ("brightness", "warmth"))
    arrays = {
        "corner": _corner(scenes, side),
        "tones": np.array([TONES[color] for color in scenes["color"]], np.int32).reshape(-1, 2, 3),
        "gain": 256 + np.stack([brightness + warmth, brightness, brightness - warmth], 1),
        "noise": scenes["noise"].to_numpy(np.int32),
    }
    for name, (pictures, rows) in {"sprite": sprites, "pattern": patterns, "background": backgrounds}.items():
        flat = pictures.reshape(*pictures.shape[:-2], -1)
        arrays |= {f"{name}s": flat, name: rows}
    return Batch(**{name: torch.from_numpy(array).to(device) for name, array in arrays.items()})


def _used(make: Callable[..., np.ndarray], *keys: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The pictures of all keys that occur, each made once, and which of them each scene uses, int64 [N]."""
    rows, found = pd.factorize(pd.MultiIndex.from_arrays(keys))
    return np.stack([make(*key) for key in found]), rows.astype(np.int64)


def _positions(column: pd.Series, values: Sequence[float]) -> pd.Series:
    return pd.Series(pd.Index(values).get_indexer(pd.Index(column)))


def _corner(scenes: pd.DataFrame, side: int) -> np.ndarray:
    step = scenes["size"].map(STEPS["size"]).to_numpy()
    places = []
    for axis, shift in (("row", "shift_y"), ("column", "shift_x")):
        units = 32 + scenes[axis].map(STEPS[axis]).to_numpy() * step + scenes[shift].to_numpy()
        places.append(np.floor(units * side / 64 + 0.5).astype(np.int64) - frame(side) // 2)
    return np.stack(places, 1)
