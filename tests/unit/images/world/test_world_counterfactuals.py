"""Scenes with one attribute changed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import OF_ONE, VALUES
from vitatlas.images.world.check import check
from vitatlas.images.world.counterfactuals import change, counterparts
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.images.world.waterbirds import draw_waterbirds

SCENES = draw(WorldSettings(), "train", 8000, 0)
ONE = SCENES[SCENES["count"] == "one"]


@given(attribute=st.sampled_from(sorted(VALUES)), data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_change_changes_one_column(attribute: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(VALUES[attribute]))
    changed = change(ONE.head(40), attribute, value)
    assert (changed[attribute] == value).all()
    check(changed)
    of_three = list(OF_ONE) if (attribute, value) == ("count", "many") else []
    pd.testing.assert_frame_equal(
        changed.drop(columns=[attribute, *of_three]), ONE.head(40).drop(columns=[attribute, *of_three])
    )


@pytest.mark.parametrize("attribute", VALUES)
def test_counterparts_are_a_pure_function_and_have_another_value(attribute: str) -> None:
    others = counterparts(ONE, attribute, 3)
    assert (others[attribute] != ONE[attribute]).all()
    check(others)
    pd.testing.assert_frame_equal(others, counterparts(ONE, attribute, 3))


@pytest.mark.parametrize("attribute", ["category", "color", "pattern", "location", "row", "column"])
def test_counterparts_have_all_other_values_equally_often(attribute: str) -> None:
    others = counterparts(ONE, attribute, 3)
    found = pd.crosstab(ONE[attribute], others[attribute]).to_numpy()
    away = found[~np.eye(len(found), dtype=bool)]
    assert found.shape == (len(VALUES[attribute]),) * 2
    assert (abs(away - away.mean()) < 4.5 * away.mean() ** 0.5).all()
    assert (others[attribute] != counterparts(ONE, attribute, 4)[attribute]).any()


def test_a_change_that_cannot_be_made_is_named() -> None:
    with pytest.raises(UserError, match="no attribute 'colour'"):
        change(ONE, "colour", "red")
    with pytest.raises(UserError, match="cannot be 'brown'"):
        change(ONE.head(2), "color", ["red", "brown"])
    with pytest.raises(UserError, match="no row of their own"):
        change(SCENES, "row", "top")
    with pytest.raises(UserError, match=r"'(duck|finch)' has no counterparts"):
        counterparts(draw_waterbirds(0.5, "test", 5, 0), "category", 0)
