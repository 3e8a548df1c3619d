"""How many runs numbers are means of, in words."""

import pandas as pd
import pytest
from artifact_specs import spec

from vitatlas.artifacts.runs import runs_sentence

FIGURE = spec("figure_02")


def sentence(**runs):
    rows = [(model.replace("_", "-"), count) for model, counts in runs.items() for count in counts]
    return runs_sentence(pd.DataFrame(rows, columns=["model", "runs"]), FIGURE)


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ({"mini_objects": [3, 3], "mini_scratch": [3]}, "Means over 3 runs."),
        ({"mini_objects": [3], "mini_scratch": [1]}, "Runs: mini-objects 3, mini-scratch 1."),
        ({"mini_objects": [2, 3]}, "Means over 2 to 3 runs."),
        ({"mini_objects": [1]}, "One run."),
        ({"mini_objects": [1], "mini_scratch": [1]}, "One run of each model."),
        ({"mini_objects": [3], "another": [1]}, "Means over 3 runs."),
        ({"mini_objects": [0]}, None),
    ],
)
def test_the_sentence_follows_from_the_values(runs, words):
    assert sentence(**runs) == words


def test_values_without_runs_have_none():
    assert runs_sentence(pd.DataFrame({"model": ["mini-objects"]}), FIGURE) is None
    assert runs_sentence(pd.DataFrame({"model": ["mini-objects"], "runs": [float("nan")]}), FIGURE) is None
