"""Laws of setting components to their means."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.components.ablation.steps import steps

SIZES = st.tuples(st.integers(2, 6), st.integers(1, 5), st.integers(1, 4))


def drawn(sizes: tuple[int, int, int], seed: int) -> torch.Tensor:
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@given(SIZES, st.integers(0, 1000))
def test_none_leaves_z_and_all_leave_its_mean(sizes: tuple[int, int, int], seed: int) -> None:
    vectors = drawn(sizes, seed)
    z = vectors.sum(1)
    found = steps(z, vectors, vectors.mean(0))
    assert torch.equal(found[:, 0], z)
    torch.testing.assert_close(found[:, -1], z.mean(0).expand_as(z), rtol=0, atol=1e-12)


@given(SIZES, st.integers(0, 1000))
def test_the_mean_over_pictures_never_moves(sizes: tuple[int, int, int], seed: int) -> None:
    vectors = drawn(sizes, seed)
    z = vectors.sum(1)
    found = steps(z, vectors, vectors.mean(0))
    torch.testing.assert_close(found.mean(0), z.mean(0).expand_as(found[0]), rtol=0, atol=1e-12)


@given(SIZES, st.integers(0, 1000))
def test_each_step_takes_one_component_more(sizes: tuple[int, int, int], seed: int) -> None:
    vectors, means = drawn(sizes, seed), drawn(sizes, seed + 1)[0]
    found = steps(vectors.sum(1), vectors, means)
    torch.testing.assert_close(found[:, 1:] - found[:, :-1], means - vectors, rtol=0, atol=1e-12)


@given(SIZES, st.integers(0, 1000))
def test_a_picture_does_not_depend_on_the_others(sizes: tuple[int, int, int], seed: int) -> None:
    vectors, means = drawn(sizes, seed), drawn(sizes, seed + 1)[0]
    z = vectors.sum(1)
    torch.testing.assert_close(steps(z[:1], vectors[:1], means), steps(z, vectors, means)[:1], rtol=0, atol=1e-12)
