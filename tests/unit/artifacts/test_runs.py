"""The number of runs behind an artifact's numbers, in words."""

import numpy as np
import pandas as pd
import pytest

from vitatlas.artifacts.runs import runs_in_words

TITLES = {"a": "small net"}


@pytest.mark.parametrize(
    ("models", "runs", "words"),
    [
        ("aab", (3, 3, 3), "3"),
        ("aab", (3, 3, 1), "small net 3, b 1"),
        ("aab", (3, 1, 2), "small net 1 to 3, b 2"),
        ("ba", (2, np.nan), "2"),
        ("ab", (np.nan, np.nan), ""),
    ],
)
def test_runs_are_told_by_model_where_they_differ(models, runs, words):
    values = pd.DataFrame({"model": list(models), "runs": runs, "value": 0.5})
    assert runs_in_words(values, TITLES) == words


def test_rows_of_no_model_do_not_count():
    values = pd.DataFrame({"model": ["a", None], "runs": [2, 7]})
    assert runs_in_words(values, TITLES) == "2"


@pytest.mark.parametrize("columns", [["model"], ["runs"], ["png"]])
def test_values_of_no_runs_have_no_words(columns):
    assert runs_in_words(pd.DataFrame({column: [1] for column in columns}), TITLES) == ""
