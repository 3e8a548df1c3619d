"""The fit of maps to masks, against scikit-learn and against all thresholds."""

from __future__ import annotations

import math

import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor

from vitatlas.features.maps.truth import auc, best_iou, on_object, pointing


def some_maps() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    smooth = torch.randn(3, 4, 5, generator=generator)
    with_ties = torch.randint(0, 3, (3, 4, 5), generator=generator).float()
    return torch.cat([smooth, with_ties, torch.ones(1, 4, 5)])


def some_truths() -> Tensor:
    return torch.rand(4, 4, 5, generator=torch.Generator().manual_seed(1)) < 0.3


def test_the_auc_is_that_of_scikit_learn_for_all_maps_and_masks() -> None:
    maps, truths = some_maps(), some_truths()
    expected = [[roc_auc_score(t.flatten(), m.flatten()) for t in truths] for m in maps]
    assert auc(maps, truths).tolist() == [pytest.approx(row) for row in expected]


def test_the_best_iou_is_that_of_the_best_threshold() -> None:
    maps, truths = some_maps(), some_truths()
    for found, values in zip(best_iou(maps, truths), maps, strict=True):
        for value, mask in zip(found, truths, strict=True):
            above = [values >= threshold for threshold in values.unique()]
            assert float(value) == pytest.approx(max(float((a & mask).sum() / (a | mask).sum()) for a in above))


def test_pointing_asks_for_the_best_patch_and_shares_ties() -> None:
    maps = torch.tensor([[[0.0, 2.0], [1.0, 0.0]], [[3.0, 3.0], [0.0, 3.0]]])
    truths = torch.tensor([[[False, True], [False, False]], [[True, False], [True, False]]])
    assert pointing(maps, truths).tolist() == [[1, 0], [pytest.approx(1 / 3), pytest.approx(1 / 3)]]


def test_a_map_that_is_the_mask_fits_at_best() -> None:
    truths = some_truths()
    for fit in (auc, pointing, best_iou):
        assert fit(truths.float(), truths).diagonal().tolist() == [1] * 4


@pytest.mark.parametrize("fit", [auc, pointing, best_iou])
@pytest.mark.parametrize("covered", [True, False])
def test_without_patches_on_or_off_the_object_nothing_is_said(fit: object, covered: bool) -> None:
    found = fit(some_maps(), torch.full((1, 4, 5), covered))  # type: ignore[operator]
    assert all(math.isnan(value) for value in found.flatten().tolist())


def test_a_patch_is_on_the_object_if_half_of_its_pixels_are() -> None:
    mask = torch.zeros(1, 8, 8, dtype=torch.bool)
    mask[0, :4, :2] = True
    mask[0, 4:, :3] = True
    mask[0, 0, 4:] = True
    assert on_object(mask, (2, 2)).tolist() == [[[True, False], [True, False]]]
    assert on_object(mask, (8, 8)).equal(mask)
