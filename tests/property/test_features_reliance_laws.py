"""Laws of masks, of low-pass filters, and of curves."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.features.reliance.answers import ranks
from vitatlas.features.reliance.curve import area
from vitatlas.features.reliance.filters import TRANSFERS, ideal, low_pass, squared_frequencies
from vitatlas.features.reliance.masks import background, box_masks, foreground

SEEDS = st.integers(0, 1000)
SIDES = st.integers(2, 17)
RHOS = st.floats(0.01, 2.0)
BOXES = st.lists(st.tuples(*[st.integers(-3, 15)] * 4), max_size=4)
BLACK = torch.zeros(3, dtype=torch.uint8)


def pictures(seed: int, side: int) -> torch.Tensor:
    return torch.rand(2, 3, side, side, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def bytes_of(seed: int, height: int = 11, width: int = 13) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=generator)


def inside(boxes: list[tuple[int, ...]], height: int = 11, width: int = 13) -> torch.Tensor:
    return box_masks(torch.tensor(boxes, dtype=torch.int64).view(-1, 4), height, width).any(0)


@given(BOXES, SEEDS)
def test_foreground_and_background_on_black_sum_to_the_picture(boxes: list[tuple[int, ...]], seed: int) -> None:
    picture, mask = bytes_of(seed), inside(boxes)
    assert torch.equal(foreground(picture, mask, BLACK) + background(picture, mask, BLACK), picture)


@given(BOXES, SEEDS)
def test_pictures_keep_what_is_not_masked_and_have_the_fill_elsewhere(boxes: list[tuple[int, ...]], seed: int) -> None:
    picture, mask, fill = bytes_of(seed), inside(boxes), torch.tensor([9, 200, 77], dtype=torch.uint8)
    found = background(picture, mask, fill)
    assert (found[:, mask] == fill[:, None]).all() and torch.equal(found[:, ~mask], picture[:, ~mask])
    assert torch.equal(foreground(picture, ~mask, fill), found)


@given(BOXES, st.randoms())
def test_masks_are_unions_of_boxes_in_any_order(boxes: list[tuple[int, ...]], random: object) -> None:
    by_hand = torch.zeros(11, 13, dtype=torch.bool)
    for top, left, bottom, right in boxes:
        by_hand[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    assert torch.equal(inside(boxes), by_hand)
    random.shuffle(boxes)  # type: ignore[attr-defined]
    assert torch.equal(inside(boxes + boxes[:1]), by_hand)


@given(SEEDS)
def test_boxes_that_cover_everything_leave_the_foreground_whole(seed: int) -> None:
    picture = bytes_of(seed)
    everything = inside([(0, 0, 11, 8), (0, 8, 11, 13)])
    assert torch.equal(foreground(picture, everything, BLACK), picture)
    assert not background(picture, everything, BLACK).any()


def oracle(values: np.ndarray, name: str, cutoff: float) -> np.ndarray:
    """The filter by complex transforms of numpy."""
    side = values.shape[-1]
    lines = np.fft.fftfreq(side) * side
    length = np.hypot(lines[:, None], lines[None])
    transfer = length <= cutoff + 1e-7 if name == "ideal" else np.exp(-np.log(2) / 2 * (length / cutoff) ** 2)
    found = np.fft.ifft2(np.fft.fft2(values) * transfer)
    assert np.abs(found.imag).max() < 1e-10
    return found.real


@given(SEEDS, SIDES, RHOS, st.sampled_from(list(TRANSFERS)))
def test_filters_are_those_of_numpy(seed: int, side: int, rho: float, name: str) -> None:
    values, cutoff = pictures(seed, side), rho * side / 2
    found = low_pass(values, TRANSFERS[name](squared_frequencies(side), cutoff))
    np.testing.assert_allclose(found.numpy(), oracle(values.numpy(), name, cutoff), atol=1e-10)


@given(SEEDS, SIDES, st.floats(2**0.5, 3))
def test_beyond_the_diagonal_the_ideal_filter_is_the_identity(seed: int, side: int, rho: float) -> None:
    values = pictures(seed, side)
    found = low_pass(values.float(), ideal(squared_frequencies(side), rho * side / 2).float())
    torch.testing.assert_close(found, values.float(), rtol=0, atol=1e-6)


@given(SEEDS, SIDES, RHOS, st.sampled_from(list(TRANSFERS)))
def test_the_mean_stays_and_filters_are_linear(seed: int, side: int, rho: float, name: str) -> None:
    one, other = pictures(seed, side), pictures(seed + 1, side)
    transfer = TRANSFERS[name](squared_frequencies(side), rho * side / 2)
    found = low_pass(one, transfer)
    torch.testing.assert_close(found.mean((-2, -1)), one.mean((-2, -1)), rtol=0, atol=1e-12)
    torch.testing.assert_close(
        low_pass(2 * one - 3 * other, transfer), 2 * found - 3 * low_pass(other, transfer), rtol=0, atol=1e-10
    )


@given(SEEDS, SIDES, RHOS)
def test_the_ideal_filter_twice_is_the_filter_once(seed: int, side: int, rho: float) -> None:
    transfer = ideal(squared_frequencies(side), rho * side / 2)
    once = low_pass(pictures(seed, side), transfer)
    torch.testing.assert_close(low_pass(once, transfer), once, rtol=0, atol=1e-12)


@given(SEEDS, SIDES, RHOS, RHOS, st.sampled_from(list(TRANSFERS)))
def test_energy_grows_with_the_cut_off_and_is_that_of_the_spectrum(
    seed: int, side: int, one: float, other: float, name: str
) -> None:
    values, squared = pictures(seed, side), squared_frequencies(side)
    low, high = (
        low_pass(values, TRANSFERS[name](squared, rho * side / 2)).square().sum((-2, -1))
        for rho in sorted((one, other))
    )
    assert (low <= high + 1e-9).all() and (high <= values.square().sum((-2, -1)) + 1e-9).all()
    found = low_pass(values, TRANSFERS[name](squared, one * side / 2))
    spectral = torch.fft.fft2(found).abs().square().sum((-2, -1)) / side**2
    torch.testing.assert_close(found.square().sum((-2, -1)), spectral)


@given(SEEDS, SIDES, RHOS, st.sampled_from(list(TRANSFERS)), st.integers(1, 3))
def test_a_quarter_turn_commutes_with_the_filter(seed: int, side: int, rho: float, name: str, turns: int) -> None:
    values, transfer = pictures(seed, side), TRANSFERS[name](squared_frequencies(side), rho * side / 2)
    turned = low_pass(torch.rot90(values, turns, (-2, -1)), transfer)
    torch.testing.assert_close(turned, torch.rot90(low_pass(values, transfer), turns, (-2, -1)), rtol=0, atol=1e-10)


@given(SEEDS, st.integers(1, 12))
def test_ranks_are_places_in_the_order_of_logits(seed: int, classes: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randint(0, 4, (9, classes), generator=generator).float()
    true = torch.randint(0, classes, (9,), generator=generator)
    order = logits.argsort(dim=1, descending=True, stable=True)
    assert ranks(logits, true).tolist() == (order == true[:, None]).int().argmax(1).tolist()


@given(st.lists(st.floats(0.5, 200), min_size=2, max_size=8, unique_by=lambda value: round(value, 2)), SEEDS)
def test_areas_lie_between_the_heights_and_add_up(cutoffs: list[float], seed: int) -> None:
    cycles = np.array(cutoffs)
    heights = np.random.default_rng(seed).random((3, len(cycles)))
    found = area(cycles, heights)
    assert ((heights.min(1) - 1e-12 <= found) & (found <= heights.max(1) + 1e-12)).all()
    assert area(cycles, np.full(len(cycles), 0.7)) == pytest.approx(0.7)
    low, high = np.log(cycles.min()), np.log(cycles.max())
    middle = np.exp((low + high) / 2)
    halves = [area(cycles, heights, high=middle), area(cycles, heights, low=middle)]
    np.testing.assert_allclose(np.mean(halves, axis=0), found, atol=1e-9)
    np.testing.assert_allclose(area(1000 * cycles[::-1], heights[:, ::-1]), found, atol=1e-9)


def test_a_range_without_a_curve_is_refused() -> None:
    for bounds in ({"low": 1.0}, {"low": 8.0, "high": 8.0}, {"high": 1.0}):
        with pytest.raises(ValueError, match="no curve"):
            area(np.array([2.0, 8.0]), np.ones(2), **bounds)
