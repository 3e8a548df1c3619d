"""Gaps on a table small enough to see."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from vitatlas.components.score.gap import gaps
from vitatlas.components.score.ranking import largest
from vitatlas.errors import UserError

TABLE = pd.DataFrame({"color": [0.5, -0.1, 0.2], "place": [0.3, -0.4, math.nan], "shape": [0.1, -0.6, 0.0]})


def test_the_largest_of_the_other_features_is_taken_off() -> None:
    assert gaps(TABLE).iloc[:2].to_numpy().tolist() == [
        pytest.approx([0.2, -0.2, -0.4]),
        pytest.approx([0.3, -0.3, -0.5]),
    ]


def test_the_reference_takes_nothing_below_zero_off() -> None:
    assert gaps(TABLE, "reference").loc[0].tolist() == pytest.approx([0.2, -0.2, -0.4])
    assert gaps(TABLE, "reference").loc[1].tolist() == pytest.approx([-0.1, -0.4, -0.6])


@pytest.mark.parametrize("rule", ["corrected", "reference"])
def test_gaps_are_missing_where_a_score_is(rule) -> None:
    assert gaps(TABLE, rule).loc[2].isna().all()


@pytest.mark.parametrize("rule", ["corrected", "reference"])
def test_a_feature_alone_keeps_its_scores(rule) -> None:
    assert gaps(TABLE[["color"]], rule)["color"].tolist() == [0.5, -0.1, 0.2]


def test_only_the_features_of_this_run_count() -> None:
    assert gaps(TABLE[["color", "shape"]])["color"].tolist() == pytest.approx([0.4, 0.5, 0.2])


def test_components_without_a_gap_are_never_chosen() -> None:
    assert largest(gaps(TABLE)["color"], 2).tolist() == [1, 0]
    with pytest.raises(UserError, match="the 3 largest values are asked for, of 2 that are known"):
        largest(gaps(TABLE)["color"], 3)


@pytest.mark.parametrize(("values", "count"), [([1.0], 0), ([], 1), ([math.nan], 1)])
def test_no_more_are_chosen_than_there_are(values, count) -> None:
    with pytest.raises(UserError, match="remedy"):
        largest(pd.Series(values, dtype=float), count)
