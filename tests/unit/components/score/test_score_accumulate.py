"""Accumulated moments: what they refuse, their precision, and how much of the data they hold."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from vitatlas.components.score.accumulate import Accumulated, Aligned
from vitatlas.components.score.attribute import scores
from vitatlas.components.score.moments import Pairs, Spread
from vitatlas.components.score.texts import Features
from vitatlas.errors import UserError

FEATURES = Features({"color": torch.eye(5)[:2]})


def batch(images: int, width: int = 5, dtype: torch.dtype = torch.float32) -> Aligned:
    generator = torch.Generator().manual_seed(0)
    contributions = torch.randn(images, 3, width, generator=generator).to(dtype)
    return Aligned(contributions, contributions.sum(1), torch.randn(images, width, generator=generator))


@pytest.mark.parametrize("images", [[], [1]])
def test_fewer_than_two_images_are_refused(images: list[int]) -> None:
    with pytest.raises(UserError, match=f"at least two images, here are {len(images)}"):
        Accumulated(FEATURES, [batch(count) for count in images])


def test_two_images_will_do() -> None:
    assert scores(Accumulated(FEATURES, [batch(1), replace(batch(2), target=None)])).abs().max().max() <= 1


def test_vectors_of_another_space_are_refused() -> None:
    with pytest.raises(UserError, match="width 4 are compared with texts of width 5"):
        Accumulated(FEATURES, [batch(4, width=4)])


@pytest.mark.parametrize("part", ["contributions", "total", "target"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(part: str, value: float) -> None:
    bad = batch(4)
    getattr(bad, part)[2, ..., 1] = value
    with pytest.raises(UserError, match="not finite"):
        Accumulated(FEATURES, [batch(4), bad])


def test_half_precision_loses_nothing_after_it_was_rounded() -> None:
    rounded = batch(50, dtype=torch.float16)
    exact = Aligned(rounded.contributions.double(), rounded.total.double())
    first, second = (scores(Accumulated(FEATURES, [given])) for given in (rounded, exact))
    assert first.equals(second)


def test_moments_of_vectors_are_numpys() -> None:
    x = torch.randn(20, 3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 1e6
    spread = Spread()
    for part in x.split(6):
        spread.add(part)
    torch.testing.assert_close(spread.variance, x.var(0).sum(-1), rtol=1e-9, atol=0)
    torch.testing.assert_close(spread.length, x.square().sum(-1).mean(0).sqrt(), rtol=1e-12, atol=0)


def test_moments_of_pairs_are_numpys() -> None:
    x, y = torch.randn(2, 20, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 1e6
    pairs = Pairs()
    for part_x, part_y in zip(x.split(6), y.split(6), strict=True):
        pairs.add(part_x[:, None], part_y)
    for k in range(4):
        wanted = torch.stack([x[:, k], y[:, k]]).cov()
        found = [pairs.variance_x[0, k], pairs.covariance[0, k], pairs.variance_y[k]]
        torch.testing.assert_close(torch.stack(found), wanted[[0, 0, 1], [0, 1, 1]], rtol=1e-9, atol=0)


def test_batches_are_not_kept() -> None:
    made: list[weakref.ref[torch.Tensor]] = []

    def batches() -> Iterator[Aligned]:
        for _ in range(5):
            given = batch(4, dtype=torch.float64)
            made.append(weakref.ref(given.contributions))
            assert sum(one() is not None for one in made) <= 2  # that before waits until this is handed over
            yield given

    assert Accumulated(FEATURES, batches()).images == 20
