"""Scores of components for words: planted ones are found, and large ones that are about nothing are not."""

import numpy as np
import pytest
import torch

from vitatlas.components.align.maps import Maps, identity
from vitatlas.components.own.scores import random_directions, word_scores

WIDTH, WORDS = 48, 5
PLANTED = {2: 0, 4: 3}
"""The word that a component writes."""
LARGE, CONSTANT = 1, 0


def planted(pictures=400, seed=0) -> np.ndarray:
    """Contributions of six components: 0 is the same for all pictures, 1 large and about everything, 2 and 4 write a
    word each, 3 and 5 are small and about nothing."""
    draw = np.random.default_rng(seed)
    found = 0.05 * draw.normal(size=(pictures, 6, WIDTH))
    found[:, CONSTANT] = 0.3
    found[:, LARGE] = draw.normal(size=(pictures, WIDTH))
    for component, word in PLANTED.items():
        found[:, component, word] += 3 * draw.normal(size=pictures)
    return found.astype(np.float32)


def words() -> torch.Tensor:
    return torch.eye(WIDTH)[:WORDS]


@pytest.fixture(scope="module")
def found():
    return word_scores(planted(), identity(6, WIDTH), words(), seed=0)


def test_a_planted_component_is_the_best_of_its_word(found):
    for component, word in PLANTED.items():
        assert found.best(word, 3)[0] == component and found.scores[component, word] > 0.9


def test_a_large_component_follows_every_direction_and_so_does_its_control(found):
    assert found.control[LARGE] > 0.8
    others = [word for word in range(WORDS) if word not in PLANTED.values()]
    assert np.abs(found.scores[LARGE, others] - found.control[LARGE]).max() < 0.15
    assert found.control[LARGE] > found.control[3] + 0.5


def test_a_component_that_does_not_vary_has_no_score(found):
    assert np.isnan(found.scores[CONSTANT]).all() and np.isnan(found.control[CONSTANT])
    assert all(CONSTANT not in found.best(word, 6) for word in range(WORDS))


def test_the_best_are_above_their_controls_and_among_those_asked_for(found):
    for word in range(WORDS):
        best = found.best(word, 6)
        assert all(found.scores[number, word] > found.control[number] for number in best)
        assert sorted(best, key=lambda number: -found.scores[number, word]) == best
    assert found.best(0, 3, among=np.array([3, 4, 5])) == [i for i in found.best(0, 6) if i in (3, 4, 5)]


def test_it_is_the_correlation_of_the_mapped_component_with_the_mapped_sum():
    vectors = planted(50)
    maps = Maps("free", torch.randn(6, WIDTH, 7, generator=torch.Generator().manual_seed(0)), torch.ones(7), 6)
    y = torch.randn(2, 7, generator=torch.Generator().manual_seed(1))
    scores = word_scores(vectors, maps, y, seed=0).scores
    inputs = torch.from_numpy(vectors)
    parts, total = maps.aligned(inputs) @ y.T, maps.total(inputs) @ y.T
    for component in range(1, 6):
        for word in range(2):
            wanted = np.corrcoef(parts[:, component, word], total[:, word])[0, 1]
            assert scores[component, word] == pytest.approx(wanted, abs=1e-4)


def test_a_random_direction_is_above_the_control_once_in_twenty():
    directions = random_directions(400, WIDTH, seed=77)
    scores = word_scores(planted(), identity(6, WIDTH), directions, seed=0)
    for component in (1, 3, 5):
        assert 0.01 < (scores.scores[component] > scores.control[component]).mean() < 0.11


def test_directions_have_unit_length_and_follow_the_seed():
    assert torch.allclose(random_directions(9, 5, 1).norm(dim=1), torch.ones(9))
    assert torch.equal(random_directions(9, 5, 1), random_directions(9, 5, 1))
    assert not torch.equal(random_directions(9, 5, 1), random_directions(9, 5, 2))
