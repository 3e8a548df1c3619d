"""Maps for few pictures."""

import numpy as np
import pytest

from vitatlas.components.align.config import Alignment
from vitatlas.components.own.mapped import STEPS, constant_distance, fitted


@pytest.mark.parametrize(("pictures", "batch"), [(8, 8), (29, 29), (32, 32), (5000, 32)])
def test_a_batch_has_no_more_than_there_are_and_there_are_steps_enough(pictures, batch):
    found = fitted(Alignment(batch=32, epochs=2), pictures)
    assert found.batch == batch
    assert found.epochs * (pictures // batch) >= STEPS or found.epochs == 2


def test_of_many_pictures_the_passes_are_those_that_were_asked_for():
    assert fitted(Alignment(batch=32, epochs=7), 100_000).epochs == 7


def test_one_vector_for_all_is_at_a_distance():
    train, held_out = np.array([[1.0, 0], [0, 1.0]]), np.array([[1.0, 0], [0, 1.0], [-1.0, 0]])
    half = np.sqrt(0.5)
    assert constant_distance(train, held_out) == pytest.approx(np.mean([1 - half, 1 - half, 1 + half]))
    assert constant_distance(train[:1], train[:1]) == pytest.approx(0)
