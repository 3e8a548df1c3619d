"""Groups of pictures, and accuracy in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.components.removal.groups import classes_of, groups_of
from vitatlas.errors import UserError
from vitatlas.images.world.waterbirds import GROUPS

PICTURES = pd.DataFrame({"group": [*GROUPS, "landbird on water"][:4] * 3})


@given(st.lists(st.tuples(st.sampled_from(GROUPS), st.booleans()), max_size=40))
def test_the_average_is_that_of_the_four_groups_and_the_worst_their_least(found: list[tuple[str, bool]]) -> None:
    found += [(group, True) for group in GROUPS]  # none is empty
    pictures = pd.DataFrame(found, columns=["group", "right"])
    values = groups_of(pictures, "test").accuracies(pictures["right"].to_numpy()).set_index("group")
    shares = pictures.groupby("group")["right"].mean()
    assert values.loc[list(GROUPS), "value"].to_dict() == pytest.approx(shares.to_dict())
    assert values.loc["worst", "value"] == pytest.approx(shares.min())
    assert values.loc["average", "value"] == pytest.approx(shares.mean())
    assert values.loc["worst", "n"] in pictures["group"].value_counts().to_list()
    assert values.loc["average", "n"] == len(pictures)


def test_a_rare_group_counts_as_much_as_a_common_one() -> None:
    pictures = pd.DataFrame({"group": ["a on x"] * 97 + ["a on y", "b on x", "b on y"]})
    right = np.array([True] * 97 + [False] * 3)
    values = groups_of(pictures, "test").accuracies(right).set_index("group")["value"]
    assert values["average"] == 0.25


def test_the_class_is_what_stands_before_the_background() -> None:
    assert set(classes_of(pd.DataFrame({"group": list(GROUPS)}), "test")) == {"finch", "duck"}


@pytest.mark.parametrize("missing", GROUPS)
def test_a_group_without_pictures_is_refused(missing: str) -> None:
    pictures = pd.DataFrame({"group": [group for group in GROUPS if group != missing]})
    with pytest.raises(UserError, match=f"no picture of the group '{missing}'"):
        groups_of(pictures, "test")


def test_pictures_in_no_groups_are_refused() -> None:
    with pytest.raises(UserError, match="in no groups of class and background"):
        groups_of(pd.DataFrame({"picture": ["1"]}), "test")
