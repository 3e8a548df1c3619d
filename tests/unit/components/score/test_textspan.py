"""TextSpan: its guards, its rank option, and the picks on pictures small enough to see."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from vitatlas.components.score.textspan import textspan
from vitatlas.errors import UserError


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def along(*deviations: float) -> Tensor:
    """Contributions that vary so much along each axis, independently, and have a mean far from 0."""
    q = torch.linalg.qr(normal(0, 40, len(deviations)) - normal(0, 40, len(deviations)).mean(0)).Q
    return q * 39**0.5 * torch.tensor(deviations, dtype=torch.float64) + 5


def by_hand(x: np.ndarray, t: np.ndarray, count: int) -> tuple[list[int], list[float]]:
    """The formulas of the specification, one number at a time."""
    x, t = x - x.mean(0), t.copy()
    picks: list[int] = []
    sizes: list[float] = []
    for _ in range(count):
        s = [np.std(x @ row, ddof=1) if j not in picks else -1 for j, row in enumerate(t)]
        j = int(np.argmax(s))
        picks.append(j)
        sizes.append(s[j])
        axis = t[j] / np.linalg.norm(t[j])
        x, t = x - np.outer(x @ axis, axis), t - np.outer(t @ axis, axis)
    return picks, sizes


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_formulas(seed: int) -> None:
    x, texts = normal(seed, 30, 8) * torch.arange(1, 9), normal(seed + 10, 20, 8)
    span = textspan(x, texts, 6)
    picks, sizes = by_hand(x.numpy(), texts.numpy(), 6)
    assert span.texts == picks
    np.testing.assert_allclose(span.deviations, sizes, rtol=1e-9)


def test_texts_keep_the_length_that_is_left_of_them() -> None:
    """Renormalised, what is left of text 1 would be the whole of axis 1, and be picked before text 2."""
    texts = torch.tensor([[1.0, 0, 0], [0.9, 0.2, 0], [0, 0, 1]])
    assert textspan(along(9, 3, 2), texts, 3).texts == [0, 2, 1]


def test_a_mean_is_not_variance() -> None:
    assert textspan(along(1, 2) + torch.tensor([100.0, 0]), torch.eye(2), 1).texts == [1]


def test_equal_texts_are_picked_by_index_and_once() -> None:
    texts = torch.tensor([[0.0, 1], [1, 0], [1, 0], [0, 1]])
    span = textspan(along(3, 2), texts, 4)
    assert span.texts == [1, 0]  # nothing is left of the others
    np.testing.assert_allclose(span.explained, [9 / 13, 1])


def test_it_stops_when_picks_have_said_all() -> None:
    texts = normal(1, 6, 2) @ normal(2, 2, 5)
    assert len(textspan(normal(3, 30, 5), texts, 6).texts) == 2


def test_a_component_that_does_not_vary_has_no_texts() -> None:
    x = normal(0, 1, 4).expand(30, 4) * (1 + 3e-8 * normal(1, 30, 4))
    assert textspan(x, torch.eye(4), 2).texts == []
    assert textspan(torch.zeros(30, 4), torch.eye(4), 2).texts == []


def test_texts_of_length_zero_are_not_picked() -> None:
    assert textspan(along(1, 2), torch.zeros(2, 2), 2).texts == []


@pytest.mark.parametrize(
    ("images", "count", "problem"),
    [
        (1, 1, "at least two images, here are 1"),
        (5, 0, "0 texts are to be picked of 4"),
        (5, 5, "5 texts are to be picked of 4"),
    ],
)
def test_what_cannot_be_done_is_refused(images: int, count: int, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        textspan(normal(0, images, 3), normal(1, 4, 3), count)
