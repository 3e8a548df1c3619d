"""Which components are removed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vitatlas.components.removal.choose import rankings
from vitatlas.errors import UserError

SCORES = pd.DataFrame({"cue": [0.1, 0.9, 0.5, -0.2, np.nan], "core": [0.0, 0.2, 0.6, 0.1, 0.1]})


def of(control: str, **changes: int) -> list[list[int]]:
    found = rankings(SCORES, **{"most": 3, "draws": 5, "seed": 0} | changes)
    return [ranking.components for ranking in found if ranking.control == control]


def test_the_chosen_follow_the_cue_more_than_the_core() -> None:
    assert of("chosen") == [[1, 0, 2]]


def test_the_core_is_the_other_way_round() -> None:
    assert of("core") == [[3, 2, 0]]


def test_the_lowest_follow_the_cue_least_whatever_the_core() -> None:
    assert of("lowest") == [[3, 0, 2]]


def test_a_component_without_a_score_is_drawn_at_random_only() -> None:
    assert all(4 not in components for control in ("chosen", "core", "lowest") for components in of(control))
    assert any(4 in components for components in of("random", draws=50))


def test_draws_are_of_different_components_and_as_many_as_asked_for() -> None:
    found = of("random", draws=50)
    assert all(len(set(components)) == 3 for components in found)
    assert len({tuple(components) for components in found}) > 10
    assert found == of("random", draws=50) != of("random", draws=50, seed=1)


def test_a_longer_ranking_begins_like_a_shorter_one() -> None:
    for control in ("chosen", "core", "lowest", "random"):
        assert [components[:2] for components in of(control)] == of(control, most=2)


def test_more_than_have_scores_are_refused() -> None:
    with pytest.raises(UserError, match="the 5 largest values are asked for, of 4"):
        rankings(SCORES, most=5, draws=1, seed=0)
