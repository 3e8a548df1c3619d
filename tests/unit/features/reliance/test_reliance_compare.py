"""Intervals over pictures, and paired comparisons of models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vitatlas.errors import UserError
from vitatlas.features.reliance.compare import (
    Hits,
    accuracy,
    difference,
    gain,
    normalised,
    relative_area,
    shared_range,
)
from vitatlas.features.reliance.conditions import filterings, maskings
from vitatlas.features.reliance.resampled import interval, ratio, resampled_means

BACKGROUND = "boxes_black_background"


def hits(name: str, shares: dict[str, dict[str, float]], seed: int = 0, count: int = 400, side: int = 64) -> Hits:
    """Random hits, of which so many are right, by part and column."""
    generator = np.random.default_rng(seed)
    tables = [
        pd.DataFrame(
            {
                "part": part,
                "picture": [f"{part}/{number}" for number in range(count)],
                "label": 0,
                **{column: (generator.random(count) >= share).astype(np.int16) for column, share in columns.items()},
            }
        )
        for part, columns in shares.items()
    ]
    ways: list[Any] = [*maskings(("boxes",), ("black",), scene=False), *filterings((1.0, 0.5, 0.25), side)]
    return Hits(Path(name), {way.column: way._asdict() for way in ways}, pd.concat(tables, ignore_index=True))


def masked(name: str, full: float, background: float, neutral: float, seed: int = 0) -> Hits:
    shares = {"home": {"full": full, BACKGROUND: background}, "anywhere": {"full": full, BACKGROUND: neutral}}
    return hits(name, shares, seed)


def filtered(name: str, *curve: float, side: int = 64) -> Hits:
    columns = dict(zip(("ideal_1", "ideal_0.5", "ideal_0.25"), curve, strict=True))
    return hits(name, {"test": {"full": 1.0, **columns}}, side=side)


def test_an_interval_is_as_wide_as_that_of_a_share() -> None:
    values = (np.arange(400) < 120)[:, None]
    found = interval(resampled_means(values, 0)[:, 0])
    error = np.sqrt(0.3 * 0.7 / 400)
    assert found.value == 0.3
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_means_are_drawn_by_seed_and_number_alone() -> None:
    values = np.random.default_rng(0).random((50, 3))
    whole = resampled_means(values, 7, 20)
    np.testing.assert_allclose(resampled_means(values[:, 1:2], 7, 20), whole[:, 1:2], rtol=1e-12)
    assert not np.array_equal(resampled_means(values, 8, 20)[1:], whole[1:])


def test_what_is_not_defined_has_no_interval() -> None:
    assert all(np.isnan(interval(np.array([np.nan, 1.0, 2.0]))))
    assert interval(np.array([1.0, np.nan, 2.0, np.nan]))[:] == (1.0, 2.0, 2.0)
    assert np.isnan(ratio(np.array([1.0, 2.0]), np.array([0.0, 4.0]))).tolist() == [True, False]


def test_a_model_does_not_differ_from_itself() -> None:
    one = masked("one", 0.9, 0.4, 0.3)
    found = interval(difference(one, one, lambda hits: normalised(hits, "home", BACKGROUND, seed=0)))
    assert found == (0.0, 0.0, 0.0)


def test_pairs_are_told_apart_where_single_intervals_overlap() -> None:
    """The second model misses what the first one misses, and a few pictures more."""
    one = masked("one", 1.0, 0.5, 0.5)
    worse = one.table.copy()
    right = worse.index[worse[BACKGROUND] == 0][:12]
    worse.loc[right, BACKGROUND] = 3
    other = Hits(Path("other"), one.conditions, worse)
    alone = [interval(normalised(hits, "home", BACKGROUND, seed=0)) for hits in (one, other)]
    paired = interval(difference(one, other, lambda hits: normalised(hits, "home", BACKGROUND, seed=0)))
    assert alone[0].low < alone[1].high and paired.low > 0 and paired.value == pytest.approx(3.0)


def test_what_the_place_adds() -> None:
    one = masked("one", 0.95, 0.6, 0.3)
    found = interval(gain(one, BACKGROUND, part="home", neutral="anywhere", seed=0))
    by_hand = [100 * rows[BACKGROUND].eq(0).mean() / rows["full"].eq(0).mean() for _, rows in one.table.groupby("part")]
    assert found.value == pytest.approx(by_hand[1] - by_hand[0]) and found.low > 15
    wider = interval(accuracy(one, "home", BACKGROUND, seed=0))
    assert found.high - found.low > 100 * (wider.high - wider.low), "both parts are drawn"


def test_areas_of_models_are_compared_between_cut_offs_that_both_have() -> None:
    small, large = filtered("small", 1.0, 1.0, 0.0), filtered("large", 1.0, 1.0, 0.0, side=128)
    low, high = shared_range(small, large, "ideal")
    assert (low, high) == (16.0, 32.0)
    found = difference(small, large, lambda hits: relative_area(hits, "test", "ideal", seed=0, low=low, high=high))
    assert interval(found).value == pytest.approx(0.5), "the larger one's curve has a step where the other's is level"
    assert interval(relative_area(small, "test", "ideal", seed=0)).value == pytest.approx(0.75)


def test_pictures_that_are_not_the_same_are_refused() -> None:
    one, other = masked("one", 0.9, 0.4, 0.3), masked("other", 0.9, 0.4, 0.3, seed=1)
    other.table.loc[3, "picture"] = "home/x"
    with pytest.raises(UserError, match="other pictures"):
        difference(one, other, lambda hits: accuracy(hits, "home", "full", seed=0))


def test_what_was_not_measured_is_refused() -> None:
    one = masked("one", 0.9, 0.4, 0.3)
    one.table.loc[0, BACKGROUND] = -1
    with pytest.raises(UserError, match="'home' were not shown as 'boxes_black_background'"):
        accuracy(one, "home", BACKGROUND, seed=0)
    with pytest.raises(UserError, match="not shown as 'nothing'"):
        accuracy(one, "home", "nothing", seed=0)
    with pytest.raises(UserError, match="no pictures 'elsewhere'"):
        accuracy(one, "elsewhere", "full", seed=0)
    with pytest.raises(UserError, match="not filtered by 'box'"):
        relative_area(one, "home", "box", seed=0)
