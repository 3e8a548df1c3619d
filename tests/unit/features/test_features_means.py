"""Means with their intervals, and what is said of the order of two."""

import math

import pandas as pd
import pytest

from vitatlas.features.means import FIRST, LAST, Mean, exactly, mean_of, order

CURVES = pd.DataFrame(
    {
        "title": ["a", "a", "a", "b", "b"],
        "layer": [0, 1, 2, 0, 1],
        "value": [0.2, 0.4, 0.9, 0.5, 0.7],
        "low": [0.1, 0.3, 0.8, 0.4, 0.6],
        "high": [0.3, 0.5, 1.0, 0.6, 0.8],
    }
)


def test_ends_are_those_of_each_network():
    assert mean_of(CURVES, FIRST).value == pytest.approx((0.2 + 0.5) / 2)
    assert mean_of(CURVES, LAST) == pytest.approx((0.8, 0.8 - 0.1 / 2**0.5, 0.8 + 0.1 / 2**0.5))
    assert mean_of(CURVES, LAST, title="b").value == 0.7


def test_without_an_end_all_layers_count():
    assert mean_of(CURVES, title="a") == pytest.approx((0.5, 0.5 - 0.1 / 3**0.5, 0.5 + 0.1 / 3**0.5))


def test_layers_of_skewed_intervals_keep_their_sides():
    rows = CURVES.assign(low=CURVES["value"] - 0.3, high=CURVES["value"] + 0.04)
    found = mean_of(rows, title="b")
    assert found.value - found.low == pytest.approx(0.3 / 2**0.5)
    assert found.high - found.value == pytest.approx(0.04 / 2**0.5)


def test_bounds_follow_from_half_widths():
    rows = CURVES[["title", "layer", "value"]].assign(half_width=0.05)
    assert mean_of(rows, title="a", layer=1) == pytest.approx((0.4, 0.35, 0.45))


def test_what_nobody_measured_is_nan_and_said_so():
    nothing = mean_of(CURVES, LAST, title="c")
    assert all(map(math.isnan, nothing))
    assert order("s", nothing, exactly(0))["is it"] == "not measured"
    assert order("s", exactly(0), nothing) == {
        **{"statement": "s", "should be larger": "0", "than": "–", "is it": "not measured"},
    }


@pytest.mark.parametrize(
    ("larger", "smaller", "said"),
    [
        (Mean(0.7, 0.6, 0.8), Mean(0.5, 0.4, 0.59), "yes"),
        (Mean(0.5, 0.4, 0.59), Mean(0.7, 0.6, 0.8), "no"),
        (Mean(0.7, 0.6, 0.8), Mean(0.55, 0.45, 0.65), "yes"),
        (Mean(0.7, 0.6, 0.8), Mean(0.57, 0.47, 0.67), "cannot be told"),
        (Mean(0.7, 0.5, 0.9), Mean(0.5, 0.4, 0.6), "cannot be told"),
        (Mean(0.5, 0.4, 0.6), Mean(0.7, 0.5, 0.9), "cannot be told"),
        (exactly(0), exactly(0), "cannot be told"),
        (Mean(1, 0.1, 2), exactly(0), "yes"),
        (Mean(1, -0.1, 2), exactly(0), "cannot be told"),
    ],
)
def test_a_difference_that_may_be_nothing_is_not_told(larger, smaller, said):
    assert order("s", larger, smaller)["is it"] == said


def test_a_difference_is_as_uncertain_as_both():
    found = Mean(0.7, 0.6, 0.9).minus(Mean(0.5, 0.4, 0.55))
    assert found == pytest.approx((0.2, 0.2 - (0.1**2 + 0.05**2) ** 0.5, 0.2 + (0.2**2 + 0.1**2) ** 0.5))


def test_words_have_the_interval_where_there_is_one():
    assert Mean(29.4321, 26.7, 32.2).words == "29.4 (26.7 to 32.2)"
    assert exactly(0.5213).words == "0.521"
