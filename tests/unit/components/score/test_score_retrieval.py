"""Retrieval: columns, values and neighbours, on pictures small enough to see."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from vitatlas.components.score import retrieval
from vitatlas.components.score.retrieval import column_values, columns, nearest, precision
from vitatlas.errors import UserError


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture(params=[1, 7, 512])
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "CHUNK", request.param)


def test_columns_are_filled_by_score() -> None:
    found = columns(pd.Series([0.1, 0.5, math.nan, 0.5, 0.9, -1, 0.2]), 3)
    assert [column.tolist() for column in found] == [[4, 1, 3], [6, 0, 5], [2]]
    assert len(columns(np.zeros(66), 3)) == 22


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_values_compare_the_sum_of_a_column_with_the_text(similarity) -> None:
    contributions, texts = normal(0, 9, 5, 4), normal(1, 2, 4)
    chosen = [np.array([3, 0]), np.array([1])]
    found = column_values(contributions, chosen, texts, similarity)
    assert found.shape == (9, 2, 2)
    for column, numbers in enumerate(chosen):
        for text in range(2):
            total = contributions[:, numbers].numpy().sum(1)
            wanted = total @ texts[text].numpy() / np.linalg.norm(texts[text])
            wanted /= np.linalg.norm(total, axis=1) if similarity == "cosine" else 1
            np.testing.assert_allclose(found[:, column, text], wanted, rtol=1e-10)


def test_a_long_sum_wins_by_dot_and_a_near_one_by_cosine() -> None:
    contributions, text = torch.tensor([[[9.0, 9.0]], [[1.0, 0.1]]]), torch.tensor([[1.0, 0.0]])
    for similarity, first in (("cosine", 1), ("dot", 0)):
        assert int(column_values(contributions, [np.array([0])], text, similarity)[:, 0, 0].argmax()) == first


def test_precision_is_the_share_of_relevant_images_among_the_first() -> None:
    values, relevant = np.array([0.1, 0.9, 0.5, 0.7, 0.5]), np.array([True, True, False, False, True])
    assert [precision(values, relevant, k) for k in range(1, 6)] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 2, 3 / 5])
    with pytest.raises(UserError, match="of 5 that are known"):
        precision(values, relevant, 6)


@pytest.mark.usefixtures("chunks")
def test_the_nearest_are_those_of_largest_cosine_without_the_probe() -> None:
    pool = normal(0, 20, 4)
    unit = (pool / pool.norm(dim=1, keepdim=True)).numpy()
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    assert (nearest(pool, pool, 6, torch.arange(20)).numpy() == np.argsort(-cosines, axis=1)[:, :6]).all()
    assert (nearest(pool, 3 * pool, 1)[:, 0] == torch.arange(20)).all()  # a probe from elsewhere finds its like
    some = torch.tensor([4, 17, 2])
    assert (nearest(pool, pool[some], 6, some) == nearest(pool, pool, 6, torch.arange(20))[some]).all()


def test_equally_near_images_come_by_index() -> None:
    pool = torch.tensor([[0.0, 1], [1, 0], [0, 1], [1, 0], [1, 0]])
    assert nearest(pool, pool[3:4], 4, torch.tensor([3])).tolist() == [[1, 4, 0, 2]]


@pytest.mark.parametrize(("count", "itself", "most"), [(0, None, 5), (6, None, 5), (5, torch.arange(5), 4)])
def test_no_more_images_are_found_than_there_are(count, itself, most) -> None:
    with pytest.raises(UserError, match=f"in a pool of {most}"):
        nearest(normal(0, 5, 2), normal(0, 5, 2), count, itself)
