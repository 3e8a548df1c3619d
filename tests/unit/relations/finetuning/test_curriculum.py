"""The curriculum of RMTS: scenes with a same display pair come first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_jobs import finetuning

from vitatlas.relations.finetuning.run import in_epoch


def shares(first: float | None, epochs: int, same: np.ndarray) -> list[float]:
    settings = finetuning(epochs=epochs, display_same=first)
    return [float(same[in_epoch(same, settings, epoch, seed=0)].mean()) for epoch in range(epochs)]


def test_the_share_falls_from_the_first_epochs_to_one_half_by_the_middle() -> None:
    same = np.arange(400) % 2 == 1
    np.testing.assert_allclose(shares(1.0, 8, same), [1, 0.875, 0.75, 0.625, 0.5, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(shares(0.8, 3, same), [0.8, 0.6, 0.5], atol=1e-9)


@pytest.mark.parametrize("first", [None, 0.5])
def test_without_it_every_epoch_shows_each_scene_once(first: float | None) -> None:
    same = np.arange(60) % 3 == 0
    settings = finetuning(display_same=first)
    assert in_epoch(same, settings, 0, seed=0).tolist() == list(range(60))


def test_a_task_without_display_pairs_is_left_alone() -> None:
    nothing = np.zeros(40, dtype=bool)
    assert in_epoch(nothing, finetuning(display_same=1), 0, seed=0).tolist() == list(range(40))


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.5, 1), st.integers(0, 3))
def test_scenes_are_repeated_only_when_there_are_too_few(same: int, other: int, first: float, epoch: int) -> None:
    kinds = np.arange(same + other) < same
    chosen = in_epoch(kinds, finetuning(epochs=4, display_same=first), epoch, seed=3)
    assert len(chosen) == same + other
    for kind in (True, False):
        rows = chosen[kinds[chosen] == kind]
        available = int((kinds == kind).sum())
        assert len(set(rows.tolist())) == min(len(rows), available)
