"""Tables of scenes: how they are drawn, changed and kept."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from vitatlas.errors import UserError
from vitatlas.images.world.attributes import (
    CATEGORIES,
    HABITATS,
    INDEPENDENT,
    LOCATIONS,
    OF_ONE,
    SPLITS,
    VALUES,
    WATERBIRDS,
)
from vitatlas.images.world.check import check
from vitatlas.images.world.counterfactuals import counterparts
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import CaptionSettings, WorldSettings
from vitatlas.images.world.waterbirds import GROUPS, draw_waterbirds

SCENES = draw(WorldSettings(), "train", 8000, 0)
ONE = SCENES[SCENES["count"] == "one"]


def at_home(scenes: pd.DataFrame) -> float:
    pairs = zip(scenes["category"], scenes["location"], strict=True)
    return float(np.mean([location in HABITATS[category] for category, location in pairs]))


def test_each_category_has_two_habitats_and_each_location_four_categories() -> None:
    assert set(HABITATS) == set(CATEGORIES)
    assert all(len(set(places)) == 2 for places in HABITATS.values())
    everywhere = [place for places in HABITATS.values() for place in places]
    assert {place: everywhere.count(place) for place in everywhere} == dict.fromkeys(LOCATIONS, 4)


@pytest.mark.parametrize("affinity", [0, INDEPENDENT, 0.5, 0.9, 1])
def test_affinity_is_the_share_of_scenes_in_a_habitat(affinity: float) -> None:
    scenes = draw(WorldSettings(affinity=affinity), "train", 8000, 1)
    assert abs(at_home(scenes) - affinity) < 4 * (affinity * (1 - affinity) / 8000) ** 0.5 + 1e-9
    assert scenes["location"].value_counts(normalize=True).between(0.11, 0.14).all()


def test_at_the_default_affinity_location_and_category_are_independent() -> None:
    table = pd.crosstab(SCENES["category"], SCENES["location"])
    expected = len(SCENES) / table.size
    chi_square = ((table - expected) ** 2 / expected).to_numpy().sum()
    assert table.shape == (16, 8) and chi_square < 190  # 99.9 % of the distribution with 127 degrees of freedom


@pytest.mark.parametrize("attribute", ["category", "color", "pattern", "location", "size", "row", "column"])
def test_the_values_of_an_attribute_are_equally_frequent(attribute: str) -> None:
    counts = ONE[attribute].value_counts()
    expected = len(ONE) / len(VALUES[attribute])
    assert set(counts.index) == set(VALUES[attribute])
    assert (abs(counts - expected) < 4.5 * expected**0.5).all()


def test_the_share_of_many_is_a_setting() -> None:
    assert abs((SCENES["count"] == "many").mean() - 0.25) < 0.02
    assert (draw(WorldSettings(many=0), "train", 500, 0)["count"] == "one").all()
    many = draw(WorldSettings(many=1), "train", 500, 0)
    assert (many["count"] == "many").all() and all((many[name] == word).all() for name, word in OF_ONE.items())


@given(number=st.integers(0, 50), seed=st.integers(0, 2**32), split=st.sampled_from(SPLITS))
@settings(max_examples=25, deadline=None)
def test_scenes_are_a_pure_function_and_more_of_them_begin_with_the_same(number: int, seed: int, split: str) -> None:
    some, more = (draw(WorldSettings(), split, wanted, seed) for wanted in (number, number + 7))
    pd.testing.assert_frame_equal(some, draw(WorldSettings(), split, number, seed))
    pd.testing.assert_frame_equal(some, more.head(number))


def test_seeds_and_splits_have_scenes_of_their_own() -> None:
    drawn = [draw(WorldSettings(), split, 50, seed) for split, seed in (("train", 0), ("train", 1), ("test", 0))]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert (drawn[first]["noise"] != drawn[second]["noise"]).any()
        assert (drawn[first]["category"] != drawn[second]["category"]).any()


def test_no_ordinary_scene_shows_a_waterbird() -> None:
    assert not set(WATERBIRDS) & set(CATEGORIES)
    assert set(SCENES["category"]) == set(CATEGORIES)
    assert not set(counterparts(SCENES, "category", 0)["category"]) & set(WATERBIRDS)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9, 0.95, 1.0])
def test_waterbirds_are_correlated_with_the_ground_as_asked(correlation: float) -> None:
    scenes = draw_waterbirds(correlation, "probe", 4000, 0)
    water = scenes["location"].isin(["sea", "pond"])
    assert (water | scenes["location"].isin(["meadow", "forest"])).all()
    share = ((scenes["category"] == "duck") == water).mean()
    assert abs(share - correlation) < 4 * (correlation * (1 - correlation) / 4000) ** 0.5 + 1e-9
    assert abs((scenes["category"] == "duck").mean() - 0.5) < 0.04
    assert (scenes["group"] == scenes["category"] + " on " + np.where(water, "water", "land")).all()
    assert set(scenes["group"]) <= set(GROUPS) and (scenes["count"] == "one").all()
    check(scenes)


def test_what_cannot_be_asked_for_is_named() -> None:
    with pytest.raises(UserError, match="no split 'tset'"):
        draw(WorldSettings(), "tset", 1, 0)
    with pytest.raises(UserError, match="not negative"):
        draw(WorldSettings(), "test", -1, 0)
    with pytest.raises(UserError, match="no share"):
        draw_waterbirds(1.1, "test", 1, 0)
    with pytest.raises(ValidationError):
        WorldSettings(affinity=1.1)
    with pytest.raises(ValidationError):
        CaptionSettings(colour=1)  # type: ignore[call-arg]


def test_settings_import_no_torch() -> None:
    program = "import sys, vitatlas.images.world.settings; sys.exit('torch' in sys.modules or 'pandas' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], env=environment).returncode == 0
