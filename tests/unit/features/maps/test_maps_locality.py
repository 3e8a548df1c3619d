"""Measures of how local maps are, against values known by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from vitatlas.features.maps.locality import above_half, correlation, gini, moran, token_cosine, variation

CHESS = torch.tensor([[float((row + column) % 2) for column in range(4)] for row in range(4)])
HALVES = torch.tensor([[1.0, 1.0, -1.0, -1.0]] * 4)
ONE = torch.zeros(4, 4).index_put((torch.tensor(2), torch.tensor(1)), torch.tensor(3.0))
FLAT = torch.full((4, 4), 0.3)


def normal(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("value", [0.3, -0.1, 0.1])
def test_a_constant_map_has_no_variation_and_is_nowhere_above_half(value: float) -> None:
    flat = torch.full((3, 5), value)
    assert variation(flat, -0.17) == pytest.approx(0, abs=1e-7)
    assert gini(flat, -0.17) == pytest.approx(0, abs=1e-7)
    assert float(above_half(flat)) == pytest.approx(1 if value > 0 else math.nan, nan_ok=True)


def test_a_map_that_is_nowhere_active_has_no_variation() -> None:
    assert float(variation(torch.zeros(2, 2), 0)) == float(gini(torch.zeros(2, 2), 0)) == 0


def test_one_active_patch_is_as_local_as_can_be() -> None:
    assert float(variation(ONE, 0)) == pytest.approx(math.sqrt(15))
    assert float(gini(ONE, 0)) == pytest.approx(15 / 16)
    assert float(above_half(ONE)) == pytest.approx(1 / 16)


def test_gini_is_the_mean_difference_of_pairs_over_twice_the_mean() -> None:
    values = normal(3, 4, 5).abs()
    flat = values.flatten(1)
    pairs = (flat[:, :, None] - flat[:, None]).abs().mean((1, 2)) / (2 * flat.mean(1))
    assert gini(values, 0).tolist() == pytest.approx(pairs.tolist())


def test_the_least_activation_is_where_shares_begin() -> None:
    assert float(gini(ONE - 0.17, -0.17)) == pytest.approx(15 / 16)
    assert float(variation(ONE - 0.17, -0.17)) == pytest.approx(math.sqrt(15))
    assert float(variation(ONE, -0.17)) < math.sqrt(15)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (CHESS, -1.0),
        (HALVES, (20 - 4) / 24),  # of 24 pairs of neighbours, the 4 across the edge differ
        (ONE, (16 * (20 * 1 - 4 * 15)) / (24 * (15 + 15 * 15))),  # deviations are as -1 and 15
        (FLAT, math.nan),
    ],
)
def test_moran_of_known_maps(made: Tensor, expected: float) -> None:
    assert float(moran(made)) == pytest.approx(expected, nan_ok=True)


def test_moran_sums_over_all_pairs_of_neighbours() -> None:
    values = normal(3, 4)
    z = values - values.mean()
    cells = [(row, column) for row in range(3) for column in range(4)]
    pairs = [(a, b) for a in cells for b in cells if abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]
    expected = 12 / len(pairs) * sum(z[a] * z[b] for a, b in pairs) / z.square().sum()
    assert float(moran(values)) == pytest.approx(float(expected))
    assert math.isnan(float(moran(normal(1, 1))))


def test_the_cosine_is_the_mean_over_pairs_of_tokens() -> None:
    tokens = normal(2, 3, 2, 5)
    for found, grid in zip(token_cosine(tokens), tokens.flatten(1, 2), strict=True):
        units = grid / grid.norm(dim=1, keepdim=True)
        pairs = [float(units[a] @ units[b]) for a in range(6) for b in range(6) if a != b]
        assert float(found) == pytest.approx(sum(pairs) / len(pairs))


def test_equal_tokens_have_cosine_1() -> None:
    assert float(token_cosine(normal(1, 1, 5).expand(3, 4, 5))) == pytest.approx(1)
    assert math.isnan(float(token_cosine(normal(1, 1, 5))))


def test_correlation_with_itself_its_negative_and_a_constant() -> None:
    values = normal(3, 4)
    found = correlation(torch.stack([values] * 3), torch.stack([2 * values + 1, -values, torch.ones(3, 4)]))
    assert found.tolist() == pytest.approx([1, -1, math.nan], nan_ok=True)
