"""The words that describe components."""

import numpy as np
import torch

from vitatlas.components.align.maps import identity
from vitatlas.components.own.labels import COUNT, word_labels


def test_a_component_is_described_by_what_it_writes_strongest_first():
    vectors = 1e-3 * np.random.default_rng(0).normal(size=(60, 2, 8))
    vectors[:, 1, 4] += 2 * np.random.default_rng(1).normal(size=60)
    vectors[:, 1, 6] += np.random.default_rng(2).normal(size=60)
    found = word_labels(vectors.astype(np.float32), identity(2, 8), torch.eye(8)[[6, 0, 4, 1]])
    of_second = found[found["component"] == 1]
    assert of_second["word"].tolist()[:2] == [2, 0] and of_second["place"].tolist() == [1, 2, 3]
    assert of_second["explained"].is_monotonic_increasing and of_second["explained"].iloc[1] > 0.99
    assert len(found) == 2 * COUNT


def test_there_are_no_more_than_there_are_words_and_none_of_what_does_not_vary():
    vectors = np.ones((5, 1, 4), np.float32)
    assert word_labels(vectors, identity(1, 4), torch.eye(4)[:2]).empty
    vectors[:, 0] = np.random.default_rng(0).normal(size=(5, 4))
    assert len(word_labels(vectors, identity(1, 4), torch.eye(4)[:2])) == 2
