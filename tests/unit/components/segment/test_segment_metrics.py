"""Laws of the fit of segmentations; against libraries in `tests/oracle/test_segmentation_metrics.py`."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vitatlas.components.segment.foreground import Segmentation, scaled
from vitatlas.components.segment.masks import Mask, mask_of
from vitatlas.components.segment.metrics import Score, average_precision, pooled, score

SIZE = (6, 7)
SEEDS = st.integers(0, 2**31 - 1)
laws = settings(max_examples=40, deadline=None)


def drawn(seed: int, share: float = 0.4) -> tuple[Tensor, Mask]:
    """A map and a mask, at least one pixel of it of the object."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.rand(SIZE, generator=generator) < share
    values[int(torch.randint(6, (1,), generator=generator)), 3] = True
    return torch.rand(SIZE, generator=generator), mask_of(values, SIZE, "drawn")


def table(scores: list[Score]) -> pd.DataFrame:
    return pd.DataFrame([asdict(one) for one in scores])


@laws
@given(st.lists(SEEDS, min_size=1, max_size=4))
def test_the_perfect_map_has_all_measures_at_one(seeds: list[int]) -> None:
    masks = [drawn(seed)[1] for seed in seeds]
    found = pooled(table([score(scaled(mask.positive.float()), mask) for mask in masks]))
    assert found == dict.fromkeys(["pixacc", "miou", "map", "iou_of_pictures", "miou_of_two"], 1.0)


@laws
@given(st.lists(SEEDS, min_size=1, max_size=4))
def test_taking_everything_has_the_share_of_the_object(seeds: list[int]) -> None:
    masks = [drawn(seed)[1] for seed in seeds]
    everything = Segmentation(torch.ones(SIZE), torch.ones(SIZE, dtype=torch.bool))
    found = pooled(table([score(everything, mask) for mask in masks]))
    share = float(torch.stack([mask.positive for mask in masks]).double().mean())
    for measure in ("pixacc", "miou", "map", "iou_of_pictures"):
        assert found[measure] == pytest.approx(share)
    assert found["miou_of_two"] == pytest.approx(share / 2)


@laws
@given(SEEDS, st.floats(-3, 3, allow_subnormal=False))
def test_a_constant_map_has_the_share_of_the_object(seed: int, value: float) -> None:
    _, mask = drawn(seed)
    found = average_precision(torch.full((42,), value), mask.positive.flatten())
    assert found == pytest.approx(float(mask.positive.double().mean()))


@laws
@given(SEEDS, st.floats(0.5, 5))
def test_average_precision_knows_the_order_alone(seed: int, power: float) -> None:
    saliency, mask = drawn(seed)
    values, positive = saliency.flatten().double(), mask.positive.flatten()
    order = torch.randperm(42, generator=torch.Generator().manual_seed(seed))
    expected = average_precision(values, positive)
    assert average_precision(values**power + 2, positive) == pytest.approx(expected)
    assert average_precision(values[order], positive[order]) == pytest.approx(expected)


def test_average_precision_by_hand() -> None:
    """Of four, ranked object, other, and a tie of object and other: 1/2 · 1 + 1/2 · 2/4."""
    found = average_precision(torch.tensor([0.9, 0.5, 0.1, 0.1]), torch.tensor([True, False, True, False]))
    assert found == pytest.approx(0.75)


@laws
@given(SEEDS)
def test_counts_are_those_of_single_pixels(seed: int) -> None:
    saliency, mask = drawn(seed)
    found = scaled(saliency)
    pairs = list(zip(found.foreground.flatten().tolist(), mask.positive.flatten().tolist(), strict=True))
    counted = score(found, mask)
    assert counted.pixels == len(pairs)
    assert counted.correct == sum(taken == real for taken, real in pairs)
    assert counted.intersection == sum(taken and real for taken, real in pairs)
    assert counted.union == sum(taken or real for taken, real in pairs)


def test_pooling_pixels_is_no_mean_over_pictures() -> None:
    """A large object found whole, and a small one missed."""
    scores = table([Score(100, 100, 80, 80, 1.0), Score(100, 80, 0, 20, 0.5)])
    found = pooled(scores)
    assert found["miou"] == pytest.approx(80 / 100)
    assert found["iou_of_pictures"] == pytest.approx((1 + 0) / 2)
    assert found["pixacc"] == pytest.approx(180 / 200)
    assert found["map"] == pytest.approx(0.75)
    # Of the background: 20 + 80 pixels are in both, 20 + 100 in either.
    assert found["miou_of_two"] == pytest.approx((80 / 100 + 100 / 120) / 2)


def test_large_pictures_weigh_more_in_pooled_pixels() -> None:
    scores = table([Score(10, 10, 5, 5, 1.0), Score(1000, 0, 0, 1000, 0.1)])
    assert pooled(scores)["pixacc"] == pytest.approx(10 / 1010)


@laws
@given(SEEDS)
def test_ignored_pixels_change_nothing(seed: int) -> None:
    saliency, mask = drawn(seed)
    found, values = scaled(saliency), mask.positive.clone()
    values[0, 0] = True
    ignored = torch.zeros(SIZE, dtype=torch.bool)
    ignored[4:] = True
    expected = score(found, mask_of(values, SIZE, "drawn", ignored))
    other = Segmentation(torch.where(ignored, 5, found.saliency), found.foreground ^ ignored)
    assert score(other, mask_of(values ^ ignored, SIZE, "drawn", ignored)) == expected
    assert expected.pixels == 28


def test_no_pictures_have_no_fit() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        pooled(table([]))


def test_a_map_of_another_size_or_with_nan_is_refused() -> None:
    saliency, mask = drawn(0)
    with pytest.raises(ValueError, match="mask"):
        score(scaled(saliency.T), mask)
    broken = saliency.clone()
    broken[0, 0] = float("nan")
    with pytest.raises(ValueError, match="not finite"):
        score(Segmentation(broken, saliency > 0), mask)


def test_two_classes_are_missing_where_all_is_object() -> None:
    found = pooled(table([Score(10, 10, 10, 10, 1.0)]))
    assert found["miou"] == 1.0 and found["miou_of_two"] != found["miou_of_two"]
