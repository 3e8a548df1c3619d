"""All that a page tells of scores, and its warnings."""

import math

import pandas as pd
import pytest

from vitatlas.components.own.told import parts_of, warnings_of, words_of

ABOUT = {"nearest": {"red": 3, "sea": 0}, "pictures": 900, "method": "tied", "distance": 0.2, "constant": 0.5}
ABOUT |= {"close": [], "no_maps": ""}


def table() -> pd.DataFrame:
    """Three components, the last of which does not vary."""
    scores = {("a", "red"): 0.9, ("a", "sea"): 0.1, ("b", "red"): 0.5, ("b", "sea"): 0.7}
    controls = {"a": 0.4, "b": 0.6, "c": math.nan}
    rows = [
        {"component": number, "name": name, "kind": "head", "word": word, "phrase": f"a {word}"}
        | {"score": scores.get((name, word), math.nan), "control": controls[name]}
        for number, name in enumerate("abc")
        for word in ("red", "sea")
    ]
    labels = {"label": [2, 1, 1, 0, 0, 0], "explained": [0.8, 0.5, 0.3, math.nan, math.nan, math.nan]}
    return pd.DataFrame(rows).assign(**labels)


def test_of_a_word_the_components_above_their_controls_are_named():
    red, sea = words_of(table(), ABOUT)
    assert [found["name"] for found in red.best] == ["a"] and red.above == 1 and red.nearest == 3
    assert sea.best == [{"name": "b", "score": 0.7, "control": 0.6}] and sea.phrase == "a sea"


def test_of_a_component_its_highest_score_and_the_words_that_describe_it_are_told():
    first, second, silent = parts_of(table())
    assert (first.word, first.score, first.above, first.labels, first.explained) == ("red", 0.9, 1, ["sea", "red"], 0.8)
    assert (second.word, second.above, second.labels) == ("sea", 1, ["red"])
    assert silent.word == "" and math.isnan(silent.score) and silent.labels == [] and math.isnan(silent.explained)


def told(components=3, **changes) -> str:
    return "\n".join(warnings_of(words_of(table(), ABOUT | changes), components, ABOUT | changes))


def test_without_a_reason_nothing_is_warned_of():
    assert told(nearest={"red": 1, "sea": 1}) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "nearest to no picture, and may not be in the pictures: “sea”"),
        ({"pictures": 40}, "between −0.32 and 0.32"),
        ({"distance": 0.49}, "hardly better than one vector"),
        ({"close": [["red", "sea", 0.97]]}, "“red” and “sea” (cosine 0.97)"),
        ({"no_maps": "a gate"}, "There are no heat-maps: a gate."),
        ({"components": 30}, "for “red”, “sea” than for a random direction"),
    ],
)
def test_a_reason_to_doubt_is_said(changes, words):
    assert words in told(**changes)


def test_in_its_own_space_a_model_has_no_distance():
    assert "vector" not in told(method=None, distance=None, constant=None)
