"""The words that describe each component best, one after the other (TextSpan)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.align.maps import Maps
from vitatlas.components.score.textspan import textspan

COUNT = 3
"""Words of a component."""

PICTURES = 5000
"""Of more pictures no more are looked at, evenly spaced."""


def word_labels(vectors: np.ndarray, maps: Maps, words: Tensor) -> pd.DataFrame:
    """One row per pick: component, word (its number), place (from 1), explained (with those before, of the variance).

    Args:
        vectors: Contributions of the components that have a map [pictures, components, d].
        maps: Into the space of the words.
        words: Directions [words, d'].
    """
    some = vectors[:: -(-len(vectors) // PICTURES)]
    rows = []
    for number in range(maps.components):
        own = torch.from_numpy(np.array(some[:, number], dtype=np.float32))
        span = textspan(own @ maps.each[number], words.cpu(), min(COUNT, len(words)))
        rows += [
            {"component": number, "word": word, "place": place, "explained": explained}
            for place, (word, explained) in enumerate(zip(span.texts, span.explained, strict=True), start=1)
        ]
    return pd.DataFrame(rows, columns=["component", "word", "place", "explained"])
