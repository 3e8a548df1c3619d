"""Numbers and tables of documents."""

import math

import pytest

from vitatlas.facts.markdown import numbers_in_words, percent, share, table


@pytest.mark.parametrize(
    ("value", "sd", "text"),
    [(0.9567, 0.0123, ".96 ± .01"), (1, 0, "1.00 ± .00"), (0.5, math.nan, ".50"), (math.nan, math.nan, "–")],
)
def test_shares(value: float, sd: float, text: str):
    assert share(value, sd) == text


@pytest.mark.parametrize(
    ("value", "sd", "text"), [(0.9567, 0.0123, "95.7 ± 1.2"), (0.5, math.nan, "50.0"), (0.8895, 0, "89.0 ± 0.0")]
)
def test_per_cent(value: float, sd: float, text: str):
    assert percent(value, sd) == text


def test_numbers_stand_to_the_right_of_texts():
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n|---|---:|\n| x | 1 |"
    assert table(["a", "b"], [], texts=2).endswith("|---|---|")


def test_different_numbers():
    assert numbers_in_words([3, 2, 3]) == "2 or 3"
