"""Scores of components for words: how what one component writes along a word follows what all write along it.

score(i, y) = correlation over pictures of f_i(c_i) · y with Σ_j f_j(c_j) · y. A component that is a large part of the
sum follows it along any direction, whatever it is about: the control is the same score for random directions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vitatlas.components.align.maps import Maps
from vitatlas.components.score.moments import Pairs
from vitatlas.components.score.ranking import ranked
from vitatlas.jobs.seeds import derive_seed

DRAWS = 200
"""Random directions."""

LEVEL = 0.95
"""Of the scores of random directions, the control is this quantile."""

BATCH = 100


@dataclass(frozen=True)
class WordScores:
    """Scores over pictures; NaN of a component that does not vary along a direction.

    Attributes:
        scores: [components, words].
        control: [components]; a score below it, one random direction in twenty has.
        pictures: How many.
    """

    scores: np.ndarray
    control: np.ndarray
    pictures: int

    def best(self, word: int, count: int, among: np.ndarray | None = None) -> list[int]:
        """The components with the highest scores for a word that are above their controls, the best first.

        Args:
            word: Its number.
            count: How many at most.
            among: Numbers of components; None: all.
        """
        numbers = np.arange(len(self.control)) if among is None else among
        above = [i for i in numbers[ranked(self.scores[numbers, word])] if self.scores[i, word] > self.control[i]]
        return [int(number) for number in above[:count]]


def word_scores(vectors: np.ndarray, maps: Maps, words: Tensor, seed: int) -> WordScores:
    """The scores of all components for all words, with their control.

    Args:
        vectors: Contributions of the components that have a map [pictures, components, d].
        maps: Into the space of the words.
        words: Directions y [words, d'].
        seed: Random directions derive from it.
    """
    along = torch.cat([words.cpu(), random_directions(DRAWS, words.shape[1], seed)])
    back = torch.stack([maps.direction(number, along) for number in range(maps.components)]).double()
    pairs, squares = Pairs(), torch.zeros(maps.components).double()
    for batch in _batches(vectors):
        parts = torch.einsum("bnd,nkd->bnk", batch, back)
        pairs.add(parts, parts.sum(1))
        squares += batch.square().sum((0, 2))
    # Along a direction in the model's own space, a vector of this length is at most that long.
    lengths = (squares / len(vectors)).sqrt() * back.norm(dim=2).mean(1)
    found = pairs.correlation(lengths, lengths.sum()).numpy()
    own, random = found[:, : len(words)], found[:, len(words) :]
    return WordScores(own, _quantile(random), len(vectors))


def random_directions(count: int, width: int, seed: int) -> Tensor:
    """Directions of unit length, all equally likely: [count, width]."""
    generator = torch.Generator().manual_seed(derive_seed(seed, "directions"))
    drawn = torch.randn(count, width, generator=generator)
    return drawn / drawn.norm(dim=1, keepdim=True)


def _batches(vectors: np.ndarray) -> Iterator[Tensor]:
    for start in range(0, len(vectors), BATCH):
        yield torch.from_numpy(np.array(vectors[start : start + BATCH], dtype=np.float64))


def _quantile(scores: np.ndarray) -> np.ndarray:
    """The control of each component, [components]; NaN where it never varies."""
    silent = np.isnan(scores).any(axis=1)
    return np.where(silent, np.nan, np.quantile(np.nan_to_num(scores), LEVEL, axis=1))
