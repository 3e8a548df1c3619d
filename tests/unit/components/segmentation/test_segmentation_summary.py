"""Pooled measures with standard errors over pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vitatlas.components.segment.metrics import pooled
from vitatlas.components.segmentation.summary import summary


def scores(count: int = 80, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    union = generator.integers(20, 60, count)
    intersection = (union * generator.random(count)).astype(int)
    return pd.DataFrame(
        {
            "pixels": 100,
            "correct": 100 - (union - intersection),
            "intersection": intersection,
            "union": union,
            "average_precision": generator.random(count),
        }
    )


def test_values_are_those_of_the_set_and_errors_of_means_are_the_known_ones() -> None:
    given = scores()
    found = summary(given, 0).set_index("quantity")
    assert found["value"].to_dict() == pytest.approx(pooled(given))
    assert (found["n"] == 80).all()
    for quantity, values in (
        ("map", given["average_precision"]),
        ("pixacc", given["correct"] / 100),
        ("iou_of_pictures", given["intersection"] / given["union"]),
    ):
        assert found.loc[quantity, "error"] == pytest.approx(values.sem(), rel=0.2)


def test_the_error_of_a_pooled_ratio_is_that_of_the_delta_method() -> None:
    given = scores(300, 1)
    ratio = given["intersection"].sum() / given["union"].sum()
    residuals = (given["intersection"] - ratio * given["union"]) / given["union"].mean()
    found = summary(given, 0).set_index("quantity")
    assert found.loc["miou", "error"] == pytest.approx(residuals.sem(), rel=0.2)


def test_errors_shrink_with_more_pictures_and_are_reproduced() -> None:
    few, many = (summary(scores(count), 0)["error"] for count in (40, 640))
    assert (many < 0.5 * few).all()
    pd.testing.assert_frame_equal(summary(scores(), 3), summary(scores(), 3))
