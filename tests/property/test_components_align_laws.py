"""Laws of maps into a text space, for every size and seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.components.align.isometry import (
    isometry_penalty,
    lying,
    off_identity,
    polar,
    reference_penalty,
    retracted,
    tangent,
)
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.pairs import Pairs
from vitatlas.components.align.procrustes import procrustes
from vitatlas.components.align.train import distances

sizes, counts, seeds = st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**31)
laws = settings(max_examples=40, deadline=None)


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def isometries(count: int, width: int, text_width: int, seed: int) -> torch.Tensor:
    return polar(normal(seed, count, width, text_width))


def random_maps(count: int, width: int, text_width: int, seed: int) -> Maps:
    return Maps("free", normal(seed, count, width, text_width), normal(seed + 1, text_width), count)


@laws
@given(counts, sizes, sizes, seeds, st.floats(0.1, 5))
def test_the_penalty_of_scaled_isometries_is_the_square_of_what_is_too_much(
    count: int, width: int, text_width: int, seed: int, k: float
) -> None:
    turns = isometries(count, width, text_width, seed)
    assert isometry_penalty(turns).item() < 1e-20
    assert isometry_penalty(k**0.5 * turns).item() == pytest.approx((k - 1) ** 2, rel=1e-6, abs=1e-12)


@laws
@given(counts, sizes, sizes, seeds)
def test_the_references_penalty_is_the_mean_square_of_entries_times_the_width(
    count: int, width: int, text_width: int, seed: int
) -> None:
    weights = normal(seed, count, width, text_width)
    entries = off_identity(weights.mT)
    assert reference_penalty(weights).item() == pytest.approx(text_width * entries.square().mean().item(), rel=1e-6)
    norms = [np.linalg.norm(one.T @ one - np.eye(text_width), "fro") ** 2 for one in weights.numpy()]
    assert reference_penalty(weights).item() == pytest.approx(sum(norms) / count / text_width, rel=1e-6)


@laws
@given(counts, sizes, sizes, seeds)
def test_the_penalties_differ_by_what_the_rank_forbids(count: int, width: int, text_width: int, seed: int) -> None:
    """‖Wᵀ W - I‖² = ‖W Wᵀ - I‖² + text width - width; the reference's floor is 1 - width / text width."""
    weights = normal(seed, count, width, text_width)
    share = min(width / text_width, 1)
    expected = share * isometry_penalty(weights).item() + 1 - share
    assert reference_penalty(weights).item() == pytest.approx(expected, rel=1e-9)


@laws
@given(st.integers(2, 5), sizes, seeds)
def test_isometries_keep_the_order_of_lengths_within_and_between_components(count: int, width: int, seed: int) -> None:
    maps = Maps("orthogonal", isometries(count, width, width + 2, seed), torch.zeros(width + 2).double(), count)
    contributions = normal(seed + 1, 6, count, width)
    torch.testing.assert_close(maps.aligned(contributions).norm(dim=2), contributions.norm(dim=2))


@laws
@given(counts, sizes, sizes, seeds, st.floats(0, 0.1))
def test_iteration_finds_the_polar_factor(count: int, width: int, text_width: int, seed: int, spread: float) -> None:
    moved = isometries(count, width, text_width, seed) + spread * normal(seed + 1, count, width, text_width)
    back = retracted(moved)
    assert off_identity(lying(back)).abs().max() < 1e-6
    torch.testing.assert_close(back, polar(moved), atol=1e-6, rtol=0)


@laws
@given(counts, sizes, sizes, seeds)
def test_a_tangent_is_a_projection(count: int, width: int, text_width: int, seed: int) -> None:
    turns, gradients = isometries(count, width, text_width, seed), normal(seed + 1, count, width, text_width)
    along = tangent(gradients, turns)
    across = lying(along) @ lying(turns).mT
    torch.testing.assert_close(across, -across.mT, atol=1e-10, rtol=0)
    torch.testing.assert_close(tangent(along, turns), along, atol=1e-10, rtol=0)
    rest = gradients - along
    assert (rest * along).sum().item() == pytest.approx(0, abs=1e-9)


@laws
@given(counts, sizes, sizes, seeds, st.booleans())
def test_components_in_the_text_space_sum_to_the_image(
    count: int, width: int, text_width: int, seed: int, shared: bool
) -> None:
    maps = random_maps(count, width, text_width, seed)
    if shared:
        maps = Maps("single", maps.weights[:1], maps.bias, count)
    contributions = normal(seed + 2, 4, count, width)
    torch.testing.assert_close(maps.aligned(contributions).sum(1) + maps.bias, maps.total(contributions))


@laws
@given(counts, sizes, sizes, seeds, st.data())
def test_a_direction_asks_in_the_models_space_what_the_text_asks_in_its_own(
    count: int, width: int, text_width: int, seed: int, data: st.DataObject
) -> None:
    maps, component = random_maps(count, width, text_width, seed), data.draw(st.integers(0, count - 1))
    contributions, texts = normal(seed + 2, 4, count, width), normal(seed + 3, 7, text_width)
    there = maps.aligned(contributions)[:, component] @ texts.mT
    torch.testing.assert_close(contributions[:, component] @ maps.direction(component, texts).mT, there)


@laws
@given(st.integers(2, 5), sizes, sizes, seeds)
def test_the_order_of_components_does_not_matter(count: int, width: int, text_width: int, seed: int) -> None:
    maps, contributions = random_maps(count, width, text_width, seed), normal(seed + 2, 4, count, width)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    other = Maps("free", maps.weights[order], maps.bias, count)
    torch.testing.assert_close(other.total(contributions[:, order]), maps.total(contributions))


@laws
@given(sizes, sizes, seeds, st.floats(0.1, 10))
def test_the_distance_sees_no_length(width: int, text_width: int, seed: int, factor: float) -> None:
    maps, contributions = random_maps(2, width, text_width, seed), normal(seed + 2, 5, 2, width)
    targets = normal(seed + 3, 5, text_width)
    longer = Maps("free", factor * maps.weights, factor * maps.bias, 2)
    found = distances(longer.total(contributions), targets)
    torch.testing.assert_close(found, distances(maps.total(contributions), targets))
    assert ((found > -1e-9) & (found < 2 + 1e-9)).all()


@laws
@given(st.integers(2, 8), st.integers(-3, 3), counts, seeds, st.floats(0.02, 20), st.floats(0, 0.8))
def test_procrustes_recovers_a_planted_rotation_with_its_scale_and_bias(
    width: int, more: int, count: int, seed: int, scale: float, offset: float
) -> None:
    """Targets are drawn, and representations made from them backwards, so that targets are of unit length exactly."""
    text_width = max(2, width + more)
    turn = isometries(1, width, text_width, seed)[0]
    bias = offset * torch.nn.functional.normalize(normal(seed + 1, text_width), dim=0)
    targets = torch.nn.functional.normalize(normal(seed + 2, 60, text_width), dim=1)
    if width < text_width:  # only what the rotation reaches, beside the bias, which then must lie aside
        bias = bias - bias @ turn.mT @ turn
        reached = torch.nn.functional.normalize(normal(seed + 2, 60, width), dim=1) @ turn
        targets = bias + (1 - bias.square().sum()).sqrt() * reached
    z = (targets - bias) @ turn.mT / scale
    contributions = normal(seed + 3, 60, count, width)
    contributions[:, -1] += z - contributions.sum(1)
    found = procrustes(Pairs(contributions.numpy(), targets.numpy(), "planted"))
    torch.testing.assert_close(found.turn, turn, atol=1e-3, rtol=0)
    assert found.scale == pytest.approx(scale, rel=1e-3)
    torch.testing.assert_close(found.bias, bias, atol=1e-3, rtol=0)
