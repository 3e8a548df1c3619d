"""Captions of scenes: sentences that say some of what is to be seen, and nothing else."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd

from vitatlas.images.world.attributes import OF_ONE, VALUES, kind
from vitatlas.images.world.language import phrase
from vitatlas.images.world.settings import CaptionSettings

PARTS = {
    "size": ("size",),
    "color": ("color",),
    "pattern": ("pattern",),
    "location": ("location",),
    "place": ("row", "column"),
}
"""Parts that a caption may have or not, with the columns that they say."""


def captions(scenes: pd.DataFrame, settings: CaptionSettings, seed: int) -> list[str]:
    """A caption of each scene, a pure function of the scenes, the settings and the seed.

    Each part is said with the share that the settings give it. Three objects have no size and place to be said.
    """
    rows = scenes[list(VALUES)].to_dict("records")
    told = _told(len(scenes), settings, seed).tolist()
    return [_caption(row, parts[:-1], parts[-1]) for row, parts in zip(rows, told, strict=True)]


def true_of(scenes: pd.DataFrame, settings: CaptionSettings, seed: int) -> np.ndarray:
    """Which scenes each caption is true of: bool [captions, scenes], the captions those of the same arguments."""
    told = dict(zip((*PARTS, "kind"), _told(len(scenes), settings, seed).T, strict=True))
    one = (scenes["count"] == "one").to_numpy()
    kind_alike = _alike(scenes["category"].map(kind))
    true = _alike(scenes["count"]) & np.where(told["kind"][:, None], kind_alike, _alike(scenes["category"]))
    for part, columns in PARTS.items():
        said = told[part] & (one | (not set(columns) & set(OF_ONE)))
        for column in columns:
            true &= ~said[:, None] | _alike(scenes[column])
    return true


def _told(number: int, settings: CaptionSettings, seed: int) -> np.ndarray:
    """Whether each caption says each part, and the kind in place of the category: bool [number, parts + 1]."""
    shares = np.array([getattr(settings, part) for part in (*PARTS, "kind")])
    told: np.ndarray = np.random.default_rng(seed).random((number, len(shares))) < shares
    return told


def _alike(column: pd.Series) -> np.ndarray:
    """Which scenes have the same value: bool [N, N]."""
    codes = pd.factorize(column)[0]
    same: np.ndarray = codes[:, None] == codes
    return same


def _caption(row: Mapping[Hashable, str], parts: list[bool], above: bool) -> str:
    many = row["count"] == "many"
    columns = [name for names, told in zip(PARTS.values(), parts, strict=True) if told for name in names]
    said = {name: row[name] for name in columns if not (many and name in OF_ONE)}
    return phrase(kind(row["category"]) if above else row["category"], said, many=many)
