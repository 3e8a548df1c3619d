"""The number of runs behind an artifact's numbers, in a sentence."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from vitatlas.artifacts.runs import runs_sentence

SPEC = SimpleNamespace(
    panels=[SimpleNamespace(model="a", title="small net"), SimpleNamespace(model="b", title="large net")]
)


@pytest.mark.parametrize(
    ("models", "runs", "sentence"),
    [
        ("aab", (3, 3, 3), "Means over 3 runs."),
        ("aab", (3, 3, 1), "Runs: small net 3, large net 1."),
        ("aab", (3, 1, 2), "Runs: small net 1 to 3, large net 2."),
        ("ab", (1, 1), "One run of each model."),
        ("aa", (1, np.nan), "One run."),
        ("bc", (2, 7), "Means over 2 runs."),  # what no panel shows does not count
        ("ab", (np.nan, np.nan), None),
    ],
)
def test_runs_are_told_by_model_where_they_differ(models, runs, sentence):
    values = pd.DataFrame({"model": list(models), "runs": runs, "value": 0.5})
    assert runs_sentence(values, SPEC) == sentence


@pytest.mark.parametrize("columns", [["model"], ["runs"], ["png"]])
def test_values_of_no_runs_have_no_sentence(columns):
    assert runs_sentence(pd.DataFrame({column: [1] for column in columns}), SPEC) is None
