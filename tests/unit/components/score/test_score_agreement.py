"""Rank agreement: what is refused and left out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from vitatlas.components.score.agreement import component_order, feature_order
from vitatlas.errors import UserError

ROWS = np.random.default_rng(0).normal(size=(6, 3))
TABLE = pd.DataFrame(ROWS, columns=["color", "place", "shape"])


def test_a_table_agrees_with_itself_and_not_with_its_opposite() -> None:
    for order in (component_order, feature_order):
        assert (order(TABLE, TABLE, 60)["value"] == 1).all() and (order(TABLE, -TABLE, 60)["value"] == -1).all()


def test_one_order_can_hold_without_the_other() -> None:
    moved = TABLE.add([100, 200, 300], axis=1)  # the features' places change in each component, the components' do not
    assert (component_order(TABLE, moved, 60)["value"] == 1).all()
    assert (feature_order(TABLE, moved, 60)["value"] < 1).any()
    scaled = TABLE.add([100, -100, 300, -300, 500, -500], axis=0)
    assert (feature_order(TABLE, scaled, 60)["value"] == 1).all()
    assert (component_order(TABLE, scaled, 60)["value"] < 1).any()


def test_a_missing_score_leaves_out_the_component() -> None:
    some = TABLE.copy()
    some.loc[2, "color"] = math.nan
    found = component_order(some, TABLE[["color", "place", "shape"]] ** 3, 60)
    assert (found["value"] == 1).all()
    some.loc[4] = math.nan
    assert feature_order(some, TABLE, 60)["value"].isna().tolist() == [False, False, False, False, True, False]


def test_too_few_images_are_refused() -> None:
    with pytest.raises(UserError, match="59 images are too few to rank 6 components") as error:
        component_order(TABLE, TABLE, 59)
    assert "at least 60" in str(error.value)
    with pytest.raises(UserError, match="too few"):
        feature_order(TABLE, TABLE, 59)


@pytest.mark.parametrize("other", [TABLE[["color", "shape", "place"]], TABLE[["color"]], TABLE.iloc[:5], TABLE[::-1]])
def test_tables_of_other_components_or_features_are_refused(other: pd.DataFrame) -> None:
    with pytest.raises(UserError, match="other components or features"):
        component_order(TABLE, other, 60)
