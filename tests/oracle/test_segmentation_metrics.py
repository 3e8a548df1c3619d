"""The fit of segmentations against scikit-learn (average precision) and torchmetrics (pooled pixels)."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.components.segment.foreground import scaled
from vitatlas.components.segment.masks import mask_of
from vitatlas.components.segment.metrics import average_precision, pooled, score
from vitatlas.models import torchvision_ops  # noqa: F401  (torchmetrics imports torchvision, which needs this first)

sklearn_metrics = pytest.importorskip("sklearn.metrics")
classification = pytest.importorskip("torchmetrics.classification")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(1, 200), st.sampled_from([1, 2, 5, 1000]), st.floats(0, 1))
def test_average_precision_is_scikit_learns_with_and_without_ties(
    seed: int, count: int, levels: int, share: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    values = torch.randint(levels, (count,), generator=generator) / levels
    positive = torch.rand(count, generator=generator) < share
    positive[0] = True
    expected = sklearn_metrics.average_precision_score(positive.numpy(), values.numpy())
    assert average_precision(values, positive) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31 - 1), st.integers(1, 5))
def test_pooled_measures_are_torchmetrics(seed: int, pictures: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    of_object, of_two = classification.BinaryJaccardIndex(), classification.MulticlassJaccardIndex(2)
    right, precision = classification.BinaryAccuracy(), []
    scores = []
    for number in range(pictures):
        size = (5 + number, 8)
        found, values = scaled(torch.rand(size, generator=generator)), torch.rand(size, generator=generator) < 0.3
        values[0, 0], values[0, 1] = True, False
        scores.append(asdict(score(found, mask_of(values, size, str(number)))))
        for metric in (of_object, of_two, right):
            metric.update(found.foreground.flatten().int(), values.flatten().int())
        precision.append(
            sklearn_metrics.average_precision_score(values.flatten().numpy(), found.saliency.flatten().numpy())
        )
    measures = pooled(pd.DataFrame(scores))
    assert measures["miou"] == pytest.approx(float(of_object.compute()), rel=1e-5)
    assert measures["miou_of_two"] == pytest.approx(float(of_two.compute()), rel=1e-5)
    assert measures["pixacc"] == pytest.approx(float(right.compute()), rel=1e-5)
    assert measures["map"] == pytest.approx(sum(precision) / pictures, rel=1e-12)
