from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split, random_places
from vitatlas.relations.vocabulary import SPLITS

P16 = Geometry(canvas=224, patch=16, object=32, sprite=24)
P32 = Geometry(canvas=224, patch=32, object=32, sprite=24)
P14 = Geometry(canvas=224, patch=14, object=28, sprite=21)
MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)


def objects_of(scenes: Scenes) -> set[tuple[int, int]]:
    return set(zip(scenes.shape.ravel().tolist(), scenes.color.ravel().tolist(), strict=True))


@pytest.fixture(scope="module")
def discrimination() -> Scenes:
    return make_split("discrimination", "256", "train", 6400, P16, 0)


@pytest.fixture(scope="module")
def rmts() -> Scenes:
    return make_split("rmts", "256", "train", 6400, P16, 0)


@pytest.mark.parametrize(("geometry", "corners"), [(P16, 169), (P32, 49), (P14, 225)])
def test_every_corner_is_used_and_no_other(geometry: Geometry, corners: int) -> None:
    places = random_places(6400, 2, geometry, np.random.default_rng(0))
    assert len({tuple(place) for place in places.reshape(-1, 2).tolist()}) == corners
    assert places.max() * geometry.patch == geometry.canvas - geometry.object


def test_all_admissible_pairs_of_places_are_equally_likely() -> None:
    small = Geometry(canvas=24, patch=8, object=8, sprite=8)  # 9 corners, 72 ordered pairs
    places = random_places(72_000, 2, small, np.random.default_rng(0))
    counts = Counter(map(tuple, places.reshape(-1, 4).tolist()))
    chi_squared = sum((count - 1000) ** 2 / 1000 for count in counts.values())
    assert len(counts) == 72 and chi_squared < 120  # 71 degrees of freedom: exceeded once in 5,000


def test_discrimination_has_equal_classes_and_kinds(discrimination: Scenes) -> None:
    assert Counter(discrimination.label.tolist()) == {0: 3200, 1: 3200}
    assert Counter(discrimination.kind.tolist()) == {"same": 3200, "both": 1067, "shape": 1067, "color": 1066}
    assert ((discrimination.kind == "same") == (discrimination.label == 1)).all()
    assert (discrimination.sample_same == discrimination.label).all()


def test_same_scenes_double_an_object_of_their_different_scene_in_its_places(discrimination: Scenes) -> None:
    different, same = discrimination[0::2], discrimination[1::2]
    assert (different.row == same.row).all() and (different.col == same.col).all()
    assert (same.shape[:, 0] == same.shape[:, 1]).all() and (same.color[:, 0] == same.color[:, 1]).all()
    doubled = (different.shape == same.shape) & (different.color == same.color)
    assert doubled.any(1).all() and 0.4 < doubled[:, 0].mean() < 0.6


def test_jitter_and_noise_are_drawn_anew_for_every_object(discrimination: Scenes) -> None:
    different, same = discrimination[0::2], discrimination[1::2]
    assert len(np.unique(discrimination.noise)) == discrimination.noise.size and discrimination.noise.min() >= 0
    assert (different.dy != same.dy).mean() > 0.8
    for offset in (discrimination.dy, discrimination.dx):
        assert np.bincount(offset.ravel(), minlength=9).min() > 0.9 * offset.size / 9 and offset.max() == 8


def test_objects_are_about_equally_frequent(discrimination: Scenes) -> None:
    codes = discrimination.shape.astype(int) * 16 + discrimination.color
    counts = np.bincount(codes.ravel(), minlength=256)
    assert counts.min() > 20 and counts.max() < 90  # 50 on average, standard deviation 7


def test_rmts_has_four_equal_parts(rmts: Scenes) -> None:
    parts = Counter(zip(rmts.sample_same.tolist(), rmts.display_same.tolist(), strict=True))
    assert parts == {(0, 0): 1600, (0, 1): 1600, (1, 0): 1600, (1, 1): 1600}
    assert (rmts.label == (rmts.sample_same == rmts.display_same)).all()
    assert Counter(rmts.kind.tolist()) == {"same": 3200, "both": 1067, "shape": 1067, "color": 1066}


def test_rmts_relations_are_those_of_the_objects_shown(rmts: Scenes) -> None:
    equal = [(rmts.shape[:, k] == rmts.shape[:, k + 1]) & (rmts.color[:, k] == rmts.color[:, k + 1]) for k in (0, 2)]
    assert (equal[0] == rmts.sample_same).all() and (equal[1] == rmts.display_same).all()


def test_rmts_displays_differ_from_samples_and_come_from_the_same_pairs(rmts: Scenes) -> None:
    codes = rmts.shape.astype(int) * 20 + rmts.color
    sample, display = np.sort(codes[:, :2], 1), np.sort(codes[:, 2:], 1)
    assert (sample != display).any(1).all()
    assert {tuple(p) for p in display.tolist()} <= {tuple(p) for p in sample.tolist()}


@pytest.mark.parametrize("name", ["shape", "color"])
def test_rmts_sample_objects_say_nothing_about_the_display(rmts: Scenes, name: str) -> None:
    value = getattr(rmts, name)[:, 0]
    rates = [rmts.display_same[value == item].mean() for item in range(16)]
    assert max(abs(rate - 0.5) for rate in rates) < 0.12  # 400 scenes each: standard error 0.025


@pytest.mark.parametrize(
    ("geometry", "displays"),
    [
        (P16, [[0, 1, 14, 15], [2, 3, 16, 17]]),
        (P32, [[0], [1]]),
        (P14, [[0, 1, 16, 17], [2, 3, 18, 19]]),
    ],
)
def test_display_pairs_lie_at_the_top_left(geometry: Geometry, displays: list[list[int]]) -> None:
    tokens = make_split("rmts", "32", "val", 200, geometry, 0).tokens(geometry)
    assert (tokens[:, 2:] == displays).all()


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
@pytest.mark.parametrize("geometry", [P16, P32, P14, MINI])
def test_no_two_objects_share_a_token(task: str, geometry: Geometry) -> None:
    tokens = make_split(task, "256", "test", 600, geometry, 3).tokens(geometry).reshape(600, -1)
    assert all(len(set(row)) == tokens.shape[1] for row in tokens.tolist())
    assert tokens.min() >= 0 and tokens.max() < geometry.grid**2


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_splits_of_setting_32_use_their_own_combinations(task: str) -> None:
    found = {split: objects_of(make_split(task, "32", split, 1200, P16, 0)) for split in SPLITS}
    assert found["train"] == found["val"] == found["test_iid"] and len(found["train"]) == 32
    assert len(found["test"]) == 224 and not found["test"] & found["train"]
    assert [len(found[f"ood_{name}"]) for name in ("shape", "color", "shape_color")] == [64, 64, 16]


def test_seed_and_split_decide_everything() -> None:
    first, again = (make_split("rmts", "32", "train", 100, MINI, 5).to_frame() for _ in range(2))
    other_seed = make_split("rmts", "32", "train", 100, MINI, 6).to_frame()
    other_split = make_split("rmts", "32", "val", 100, MINI, 5).to_frame()
    assert first.equals(again) and not first.equals(other_seed) and not first.equals(other_split)


def test_ood_splits_do_not_depend_on_the_setting() -> None:
    tables = [make_split("discrimination", setting, "ood_color", 50, MINI, 5).to_frame() for setting in ("256", "32")]
    assert tables[0].equals(tables[1])


def test_impossible_geometry_is_reported() -> None:
    tight = Geometry(canvas=32, patch=8, object=16, sprite=14)  # room for four boxes, so RMTS just fits
    assert len(make_split("rmts", "256", "train", 20, tight, 0)) == 20
    with pytest.raises(UserError, match="no room for 4 separate objects of 16 px on a canvas of 24 px"):
        make_split("rmts", "256", "train", 20, Geometry(canvas=24, patch=8, object=16, sprite=14), 0)
    with pytest.raises(UserError, match="no room for 2"):
        make_split("discrimination", "256", "train", 20, Geometry(canvas=24, patch=8, object=16, sprite=14), 0)


def test_room_that_drawing_at_random_cannot_find_is_reported() -> None:
    with pytest.raises(UserError, match="no room for 4"):
        random_places(10, 4, Geometry(canvas=40, patch=1, object=20, sprite=20), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("task", "split", "n", "message"),
    [
        ("sorting", "train", 8, "unknown task"),
        ("rmts", "test-iid", 8, "unknown split"),
        ("rmts", "train", 0, "a set of 0 scenes"),
    ],
)
def test_mistakes_are_named(task: str, split: str, n: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        make_split(task, "256", split, n, MINI, 0)
