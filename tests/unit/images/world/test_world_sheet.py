"""Which scenes a sheet shows."""

import pandas as pd
import pytest

from vitatlas.images.world.attributes import OF_ONE, VALUES
from vitatlas.images.world.check import check
from vitatlas.images.world.sheet import names, one_attribute_changed, overview, waterbirds_groups
from vitatlas.images.world.waterbirds import GROUPS


@pytest.mark.parametrize("number", [16, 64])
def test_a_sheet_shows_every_value_equally_often(number: int) -> None:
    scenes = overview(0, number)
    for attribute in ("category", "color", "pattern", "location"):
        counts = scenes[attribute].value_counts()
        assert (counts == number // len(VALUES[attribute])).all() and len(counts) == len(VALUES[attribute])
    check(scenes)


def test_names_say_what_is_to_be_seen() -> None:
    scenes = pd.DataFrame(
        {
            "color": ["red", "orange"],
            "pattern": ["plain", "spotted"],
            "category": ["fish", "butterfly"],
            "location": ["night", "sky"],
            "count": ["one", "many"],
        }
    )
    assert names(scenes) == ["a red plain fish at night", "three orange spotted butterflies in the sky"]


def test_a_row_of_counterfactuals_changes_every_attribute_once() -> None:
    scenes = one_attribute_changed(0)
    assert scenes["changed"].tolist() == ["none", *VALUES]
    for row in scenes.iloc[1:].to_dict("records"):
        differing = {name for name in VALUES if row[name] != scenes[name][0]}
        assert row["changed"] in differing
        assert differing == {row["changed"]} or (row["changed"] == "count" and differing <= {"count", *OF_ONE})


def test_a_sheet_of_waterbirds_shows_every_group() -> None:
    scenes = waterbirds_groups(3, 0)
    assert scenes["group"].tolist() == [group for group in GROUPS for _ in range(3)]
