"""Reading contributions and targets, and what is refused of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from align_pairs import Watched, planted

from vitatlas.components.align.pairs import READ, Pairs, check_alike
from vitatlas.errors import UserError


def test_batches_are_all_images_in_order_as_float32() -> None:
    pairs = planted(READ + 5, 3, 4, 6)
    half = Pairs(pairs.contributions.astype(np.float16), pairs.targets, "half.npy")
    batches = list(half.batches())
    assert [len(contributions) for contributions, _ in batches] == [READ, 5]
    whole, targets = (torch.cat(parts) for parts in zip(*batches, strict=True))
    assert whole.dtype == targets.dtype == torch.float32
    assert np.array_equal(whole, pairs.contributions.astype(np.float16).astype(np.float32))
    assert np.array_equal(targets, pairs.targets)


@pytest.mark.parametrize("rows", [slice(3, 9), np.array([3, 17, 39])])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_mapped_file_is_read_and_not_written(dtype: type, rows: slice | np.ndarray, tmp_path: Path) -> None:
    pairs = planted(40, 3, 4, 6)
    mapped = np.memmap(tmp_path / "c.bin", dtype, "w+", shape=pairs.contributions.shape)
    mapped[:] = pairs.contributions
    contributions, targets = Pairs(mapped, pairs.targets, "c.bin").batch(rows)
    assert np.array_equal(contributions, np.asarray(mapped)[rows].astype(np.float32))
    assert np.array_equal(targets, pairs.targets[rows])
    for part, source in ((contributions, mapped), (targets, pairs.targets)):
        part.zero_()
        assert np.abs(source[3]).max() > 0


def test_no_more_than_a_batch_is_read_at_once() -> None:
    pairs = planted(2 * READ + 1, 2, 3, 3)
    watched = Watched(pairs.contributions)
    list(Pairs(watched, pairs.targets, "watched").batches())
    assert watched.asked == [READ, READ, 1]


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("rows", [slice(4, 9), np.array([1, 7])])
def test_a_contribution_that_is_not_finite_is_named(value: float, rows: slice | np.ndarray) -> None:
    pairs = planted(10, 3, 4, 4)
    pairs.contributions[7, 2, 1] = value
    with pytest.raises(UserError, match=r"component 2 in image 7 is not finite[\s\S]*planted-0\.npy[\s\S]*float16"):
        pairs.batch(rows)
    pairs.batch(slice(0, 7))


@pytest.mark.parametrize(("factor", "length"), [(2.0, "2"), (0.0, "0"), (np.nan, "nan")])
def test_a_target_that_is_not_of_unit_length_is_named(factor: float, length: str) -> None:
    pairs = planted(10, 3, 4, 4)
    pairs.targets[6] *= factor
    with pytest.raises(UserError, match=f"target of image 6 has length {length}, not 1"):
        list(pairs.batches())


def test_targets_in_half_precision_are_of_unit_length() -> None:
    pairs = planted(50, 2, 64, 64)
    list(Pairs(pairs.contributions, pairs.targets.astype(np.float16), "half").batches())


@pytest.mark.parametrize(
    ("contributions", "targets", "problem"),
    [
        ((5, 3, 4), (6, 4), "contributions of 5 images and targets of 6"),
        ((5, 12), (5, 4), r"contributions have shape \(5, 12\)"),
        ((5, 3, 4), (5, 1, 4), r"targets \(5, 1, 4\)"),
        ((0, 3, 4), (0, 4), r"at least one image"),
        ((5, 0, 4), (5, 4), r"contributions have shape \(5, 0, 4\)"),
    ],
)
def test_shapes_that_fit_nothing_are_refused(
    contributions: tuple[int, ...], targets: tuple[int, ...], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        Pairs(np.zeros(contributions), np.zeros(targets), "x.npy")


@pytest.mark.parametrize("shape", [(4, 4, 5), (3, 5, 5), (3, 4, 4)])
def test_splits_of_other_shapes_are_refused(shape: tuple[int, int, int]) -> None:
    train = planted(10, 3, 4, 5)
    check_alike(train, planted(20, 3, 4, 5))
    told = " × ".join(map(str, shape))
    with pytest.raises(UserError, match=f"3 × 4 × 5 in the training images, {told} in the held-out"):
        check_alike(train, planted(20, *shape))
