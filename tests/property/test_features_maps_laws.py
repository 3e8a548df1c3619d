"""Laws of maps, of their measures and of moved pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.features.maps.locality import above_half, correlation, gini, moran, token_cosine, variation
from vitatlas.features.maps.scale import brightness
from vitatlas.features.maps.truth import auc, best_iou, on_object, pointing
from vitatlas.features.moved.copies import shifted, turned

SEEDS = st.integers(0, 2**32 - 1)
SIDES = st.integers(2, 6)
FACTORS = st.floats(0.1, 50)
laws = settings(max_examples=40, deadline=None)


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def a_truth(seed: int, *shape: int) -> Tensor:
    """Patches on and off objects in every mask."""
    truth = normal(seed + 1, *shape) > 0.4
    flat = truth.flatten(1)
    flat[:, 0], flat[:, -1] = True, False
    return truth


def image(seed: int, side: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (3, side, side), dtype=torch.uint8, generator=generator)


@laws
@given(seed=SEEDS, rows=SIDES, columns=SIDES, factor=FACTORS)
def test_spread_does_not_depend_on_scale_or_place(seed: int, rows: int, columns: int, factor: float) -> None:
    maps = normal(seed, 3, rows, columns).abs()
    shuffled = maps.flatten(1)[:, torch.from_numpy(np.random.default_rng(seed).permutation(rows * columns))].view_as(
        maps
    )
    for measure in (lambda m: variation(m, 0), lambda m: gini(m, 0), above_half):
        assert measure(factor * maps).numpy() == pytest.approx(measure(maps).numpy())
        assert measure(shuffled).numpy() == pytest.approx(measure(maps).numpy())


@laws
@given(seed=SEEDS, rows=SIDES, columns=SIDES)
def test_spread_is_bounded_by_that_of_one_active_patch(seed: int, rows: int, columns: int) -> None:
    maps, count = normal(seed, 3, rows, columns).exp(), rows * columns
    assert ((variation(maps, 0) > 0) & (variation(maps, 0) <= (count - 1) ** 0.5 + 1e-9)).all()
    assert ((gini(maps, 0) > 0) & (gini(maps, 0) <= 1 - 1 / count + 1e-9)).all()


@laws
@given(seed=SEEDS, amount=st.floats(0.01, 10))
def test_what_is_added_everywhere_makes_maps_less_local(seed: int, amount: float) -> None:
    maps = normal(seed, 2, 4, 4).abs()
    assert (variation(maps + amount, 0) < variation(maps, 0)).all()
    assert variation(maps - amount, -amount).numpy() == pytest.approx(variation(maps, 0).numpy())


@laws
@given(seed=SEEDS, rows=SIDES, columns=SIDES, factor=FACTORS, offset=st.floats(-5, 5))
def test_moran_does_not_depend_on_units_or_orientation(
    seed: int, rows: int, columns: int, factor: float, offset: float
) -> None:
    maps = normal(seed, 2, rows, columns)
    expected = moran(maps).numpy()
    assert moran(factor * maps + offset).numpy() == pytest.approx(expected, abs=1e-9)
    assert moran(-maps).numpy() == pytest.approx(expected)
    assert moran(maps.transpose(1, 2)).numpy() == pytest.approx(expected)
    assert moran(maps.flip(1)).numpy() == pytest.approx(expected)
    assert (abs(expected) <= 1 + 1e-9).all() or min(rows, columns) < 3


@laws
@given(seed=SEEDS)
def test_moran_of_values_in_random_order_is_nothing_on_average(seed: int) -> None:
    found = moran(normal(seed, 400, 5, 5))
    assert float(found.mean()) == pytest.approx(-1 / 24, abs=0.04)


@laws
@given(seed=SEEDS, factor=FACTORS, offset=st.floats(-5, 5))
def test_correlation_does_not_depend_on_scale_and_is_symmetric(seed: int, factor: float, offset: float) -> None:
    a, b = normal(seed, 3, 4, 5), normal(seed + 1, 3, 4, 5)
    assert correlation(factor * a + offset, b).numpy() == pytest.approx(correlation(a, b).numpy(), abs=1e-9)
    assert correlation(b, a).numpy() == pytest.approx(correlation(a, b).numpy())
    assert correlation(a, factor * a + offset).numpy() == pytest.approx(1)


@laws
@given(seed=SEEDS, factor=FACTORS)
def test_the_cosine_of_tokens_does_not_depend_on_their_lengths(seed: int, factor: float) -> None:
    tokens = normal(seed, 2, 3, 4, 6)
    lengths = normal(seed + 1, 2, 3, 4, 1).exp() * factor
    found = token_cosine(tokens)
    assert token_cosine(tokens * lengths).numpy() == pytest.approx(found.numpy(), abs=1e-9)
    assert ((found <= 1) & (found >= -1 / 11 - 1e-9)).all()


@laws
@given(seed=SEEDS, rows=SIDES, columns=SIDES)
def test_auc_of_a_negative_map_is_the_rest(seed: int, rows: int, columns: int) -> None:
    maps, truths = normal(seed, 3, rows, columns).round(decimals=1), a_truth(seed, 2, rows, columns)
    found = auc(maps, truths)
    assert ((found >= 0) & (found <= 1)).all()
    assert auc(-maps, truths).numpy() == pytest.approx(1 - found.numpy())
    assert auc(maps, ~truths).numpy() == pytest.approx(1 - found.numpy())


@laws
@given(seed=SEEDS)
def test_fits_depend_on_the_order_of_patches_alone(seed: int) -> None:
    maps, truths = normal(seed, 3, 4, 5), a_truth(seed, 2, 4, 5)
    for fit in (auc, pointing, best_iou):
        assert fit((3 * maps).exp(), truths).equal(fit(maps, truths))


@laws
@given(seed=SEEDS)
def test_a_threshold_below_all_patches_is_one_of_those_that_iou_may_take(seed: int) -> None:
    truths = a_truth(seed, 2, 4, 5)
    share = truths.flatten(1).double().mean(1)
    assert (best_iou(normal(seed, 3, 4, 5), truths) >= share - 1e-12).all()
    assert best_iou(torch.ones(1, 4, 5), truths)[0].numpy() == pytest.approx(share.numpy())
    assert pointing(torch.ones(1, 4, 5), truths)[0].numpy() == pytest.approx(share.numpy())


@laws
@given(seed=SEEDS, patch=st.integers(1, 4), rows=SIDES)
def test_masks_of_whole_patches_are_found_again(seed: int, patch: int, rows: int) -> None:
    truth = a_truth(seed, 2, rows, rows)
    mask = truth.repeat_interleave(patch, 1).repeat_interleave(patch, 2)
    assert on_object(mask, (rows, rows)).equal(truth)


@laws
@given(seed=SEEDS, factor=FACTORS, offset=st.floats(-5, 5))
def test_brightness_is_a_share(seed: int, factor: float, offset: float) -> None:
    maps = normal(seed, 3, 4, 5).numpy()
    fixed, stretched = brightness(maps, 1.5), brightness(maps, 1.5, "reference")
    for found in (fixed, stretched):
        assert (found >= 0).all() and (found <= 1).all()
    assert brightness(factor * maps, factor * 1.5) == pytest.approx(fixed)
    assert brightness(factor * maps + offset, 1.5, "reference") == pytest.approx(stretched, abs=1e-9)
    assert stretched.max((1, 2)) == pytest.approx(1) and stretched.min((1, 2)) == pytest.approx(0)


@laws
@given(seed=SEEDS, side=st.integers(2, 20), angle=st.floats(0, 360))
def test_turns_make_up_no_values(seed: int, side: int, angle: float) -> None:
    picture = image(seed, side)
    copy = turned(picture, [angle])[0]
    assert set(copy.unique().tolist()) <= set(picture.unique().tolist()) | {0}
    assert turned(picture, [0.0])[0].equal(picture)


@laws
@given(seed=SEEDS, side=st.integers(4, 20), step=st.integers(1, 5))
def test_shifts_lose_nothing_and_go_back(seed: int, side: int, step: int) -> None:
    picture = image(seed, side)
    for number, copy in enumerate(shifted(picture, step)):
        assert copy.roll((-step * (number // 4), -step * (number % 4)), (1, 2)).equal(picture)


@laws
@given(seed=SEEDS)
def test_the_mean_of_shifted_copies_of_a_constant_picture_is_the_picture(seed: int) -> None:
    picture = image(seed, 1).expand(3, 9, 9)
    assume(picture.any())
    assert shifted(picture, 2).equal(picture.expand(16, 3, 9, 9))
