"""The pictures that are shown, the words that CLIP finds in them, and the heat-maps of the heads that carry these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.align.maps import Maps
from vitatlas.components.decompose import Decomposer
from vitatlas.components.heatmaps.text_maps import text_maps
from vitatlas.components.own.scores import WordScores
from vitatlas.config.read import require_known
from vitatlas.encoders.seen.pictures import BroughtPictures
from vitatlas.images.png import encode

WORDS = 3
"""Words per picture: those that are nearest to it by CLIP."""

HEAD = "head"
COLUMNS = ("picture", "png", "word", "place", "cosine", "component", "name", "score", "rows", "columns", "map")
NO_HEADS = "the model has no attention heads among its components"


@dataclass(frozen=True)
class Shown:
    """All that heat-maps are made of.

    Attributes:
        of: The decomposition.
        maps: Of its components into the space of the words.
        names: Of the words.
        vectors: Of the words [words, d'].
        scores: Of components for words.
        cosines: Of pictures with words, as CLIP sees them [pictures, words].
        pictures: In the same order.
        heads: Whose maps are shown for a word.
    """

    of: Decomposer
    maps: Maps
    names: Sequence[str]
    vectors: Tensor
    scores: WordScores
    cosines: np.ndarray
    pictures: BroughtPictures
    heads: int


def positions_of(table: pd.DataFrame, ids: Sequence[str], count: int) -> list[int]:
    """The rows of the pictures with these ids; without ids, those of the first pictures of the index.

    Raises:
        UserError: There is no picture of that id; names near ones.
    """
    if not ids:
        return [int(row) for row in table["position"].to_numpy().argsort()[:count]]
    rows = {str(picture): row for row, picture in enumerate(table["picture"])}
    for picture in ids:
        require_known(picture, rows, "picture", "key `shown` of the entry")
    return [rows[picture] for picture in ids]


def why_no_maps(of: Decomposer) -> str:
    """The reason why heads cannot be split over tokens; empty if they can."""
    attentions = [write.attention for write in of.writes if write.attention is not None]
    if not any(component.kind == HEAD for component in of.components):
        return NO_HEADS
    return next((attention.tokens for attention in attentions if attention.tokens), "")


def heat_maps(shown: Shown, positions: Sequence[int]) -> pd.DataFrame:
    """One row per picture, word and head, `COLUMNS`: the picture as a PNG; the word's `place` among those that are
    nearest to the picture; the map row by row, [rows × columns].

    Of a word that no head carries, or of a model whose heads cannot be split, there is one row without a map:
    `component` is -1.
    """
    rows = [row for position in positions for row in _of_picture(shown, position)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_picture(shown: Shown, position: int) -> Iterator[dict[str, Any]]:
    images = next(shown.pictures.batches(1, position))
    about = {"picture": shown.pictures.table["picture"].iloc[position], "png": _png(images[0])}
    for place, word in enumerate((-shown.cosines[position]).argsort(kind="stable")[:WORDS].tolist(), start=1):
        told = {**about, "word": shown.names[word], "place": place, "cosine": float(shown.cosines[position, word])}
        for found in _of_word(shown, images, word):
            yield {**told, **found}


def _of_word(shown: Shown, images: Tensor, word: int) -> Iterator[dict[str, Any]]:
    """The maps of the best heads of a word."""
    kinds = [component.kind for component in shown.of.components]
    heads = np.array([number for number, kind in enumerate(kinds) if kind == HEAD], dtype=int)
    best = [] if why_no_maps(shown.of) else shown.scores.best(word, shown.heads, heads)
    if not best:
        yield {"component": -1, "name": "", "score": float("nan"), "rows": 0, "columns": 0, "map": []}
        return
    device = next(shown.of.encoder.parameters()).device
    vector = shown.vectors[word][None].to(device)
    maps = text_maps(shown.of, shown.maps.to(device), images.to(device), best, vector)
    for number, found in maps.items():
        cells = found[0].cpu()
        size = {"rows": cells.shape[0], "columns": cells.shape[1], "map": cells.flatten().tolist()}
        score = float(shown.scores.scores[number, word])
        yield {"component": number, "name": shown.of.components[number].name, "score": score, **size}


def _png(image: Tensor) -> bytes:
    return encode(image.permute(1, 2, 0).contiguous().numpy())


def cosines_of(targets: np.ndarray, vectors: Tensor) -> np.ndarray:
    """Cosines of CLIP's vectors of pictures [N, d'] with those of words [words, d']: [N, words]."""
    z = torch.from_numpy(np.array(targets, dtype=np.float32))
    return torch.nn.functional.normalize(z, dim=1).numpy() @ vectors.cpu().numpy().T
