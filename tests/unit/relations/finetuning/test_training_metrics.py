from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from vitatlas.relations.finetuning.metrics import area_under_curve, measure


def test_measures_by_hand() -> None:
    logits = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 3.0], [1.0, 0.0]])
    measures = measure(logits, torch.tensor([0, 0, 1, 1]))
    losses = [math.log(2), math.log(1 + math.exp(-2)), math.log(1 + math.exp(-3)), math.log(1 + math.e)]
    assert measures.loss == pytest.approx(sum(losses) / 4)
    assert measures.accuracy == 3 / 4  # the first is a tie, which goes to "different"
    # Differences 0, -2 (different) and 3, -1 (same): of the four pairs only (0, -1) is in the wrong order.
    assert measures.auc == 3 / 4
    assert measures.n == 4


def test_accuracy_divides_by_the_true_number() -> None:
    assert measure(torch.tensor([[0.0, 1.0]] * 7), torch.ones(7, dtype=torch.int64)).accuracy == 1


def test_the_area_does_not_exist_for_one_class() -> None:
    assert math.isnan(area_under_curve(np.arange(3.0), np.ones(3)))


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40))
def test_the_area_is_that_of_scikit_learn_also_with_ties(answers: list[tuple[int, bool]]) -> None:
    score, label = (np.array(column) for column in zip(*answers, strict=True))
    if 0 < label.sum() < len(label):
        assert area_under_curve(score.astype(float), label.astype(int)) == pytest.approx(roc_auc_score(label, score))
