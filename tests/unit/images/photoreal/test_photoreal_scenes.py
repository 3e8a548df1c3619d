"""Scenes, masks and textures: all that needs no renderer."""

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from photoreal_scenes import NAMES, TOPS, save, scene, scenes
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.photoreal import masks, textures
from vitatlas.images.photoreal.draw import pairs
from vitatlas.images.photoreal.folders import mesh_files, texture_files
from vitatlas.images.photoreal.scene import load
from vitatlas.images.photoreal.scenes_job import flaw
from vitatlas.images.photoreal.sheet import photoreal_sheet
from vitatlas.images.photoreal.spec import PhotorealSheetSpec
from vitatlas.images.photoreal.tone import developed
from vitatlas.images.png import encode
from vitatlas.jobs.job import parse


def test_half_of_the_pairs_are_same_and_every_object_and_pair_is_as_often_as_others():
    found = pairs(NAMES, 2 * 240, np.random.default_rng(0))
    same, different = ([pair for pair in found if pair.label == label] for label in (1, 0))
    assert len(same) == len(different) == 240
    assert all(pair.first == pair.second for pair in same)
    assert all(pair.first.object != pair.second.object for pair in different)
    assert set(Counter(pair.first.object for pair in same).values()) == {15}
    assert set(Counter(frozenset(look.object for look in pair) for pair in different).values()) == {2}


def test_most_different_pairs_are_of_one_material_and_no_material_is_of_one_label():
    found = pairs(NAMES, 2 * 240, np.random.default_rng(0))
    worn = {label: Counter() for label in (0, 1)}
    for pair in found:
        worn[pair.label].update(look.material for look in pair)
    assert set(worn[1].values()) == {30}
    assert set(worn[0]) == set(NAMES) and set(worn[0].values()) <= set(range(25, 36))
    of_two = [pair for pair in found if pair.first.material != pair.second.material]
    assert len(of_two) == 24 and not any(pair.label for pair in of_two)
    assert sum(look.object == look.material for pair in found for look in pair) < 0.2 * 2 * len(found)


def test_a_scene_depends_on_its_seed_only():
    assert scene(3) == scene(3)
    assert scene(3) != scene(4)


def test_objects_do_not_touch_and_are_within_the_limits():
    for made in scenes(40):
        first, second = made.objects
        assert np.hypot(first.x - second.x, first.y - second.y) > 1
        assert max(first.tilt, second.tilt) <= 3 and 3.8 <= made.camera.distance <= 5.2
        assert made.table.texture in TOPS


def test_rows_come_back_as_the_scenes_that_they_were(tmp_path):
    made = scenes(5)
    save(made, tmp_path / "scenes.parquet")
    assert load(tmp_path / "scenes.parquet") == made
    table = pd.read_parquet(tmp_path / "scenes.parquet")
    assert {"camera.distance", "first.object", "table.texture", "samples", "seed"} <= set(table.columns)


def test_a_table_that_lacks_a_parameter_is_refused(tmp_path):
    save(scenes(2), tmp_path / "scenes.parquet")
    table = pd.read_parquet(tmp_path / "scenes.parquet").drop(columns="camera.distance")
    table.to_parquet(tmp_path / "other.parquet")
    with pytest.raises(UserError, match=r"no table of photorealistic scenes(.|\n)*camera.distance"):
        load(tmp_path / "other.parquet")


def test_a_patch_is_the_object_that_has_enough_of_its_pixels():
    mask = np.zeros((1, 8, 8), np.uint8)
    mask[0, :4, :2] = 1  # half of the first patch
    mask[0, 4:, 4:] = 2
    mask[0, 4:, 0] = 2  # a quarter of the third
    found = masks.owned(mask, 4, 0.5)
    assert found.tolist() == [[[True, False, False, False], [False, False, False, True]]]
    assert masks.owned(mask, 4, 0.25)[0, 1].tolist() == [False, False, True, True]
    assert masks.owned(mask, 4, 0.51)[0].sum(axis=1).tolist() == [0, 1]


def test_an_even_patch_has_one_owner():
    mask = np.ones((1, 4, 4), np.uint8)
    mask[0, :, 2:] = 2
    assert masks.owned(mask, 4, 0.5)[0, :, 0].tolist() == [True, False]


def masks_of(first, second):
    """What `Studio.mask` says of two boxes (rows, columns), the second one in front."""

    def mask(_, only=None):
        found = np.zeros((16, 16), np.uint8)
        for number, place in ((1, first), (2, second)):
            if only in (None, number):
                found[place] = number
        return found

    return mask


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        (np.s_[4:8, 2:6], np.s_[4:8, 8:14], ""),
        (np.s_[4:8, 2:6], np.s_[4:6, 9:11], "owns no patch"),
        (np.s_[4:8, 0:6], np.s_[4:8, 8:14], "cut by the image's edge"),
        (np.s_[4:12, 2:12], np.s_[4:12, 6:12], "hidden too far"),
    ],
)
def test_scenes_in_which_an_object_cannot_be_seen_are_not_kept(first, second, problem):
    found = flaw(scene(0), masks_of(first, second), [4], 0.5, 0.4)
    assert problem in found and bool(found) == bool(problem)


@pytest.mark.parametrize("kind", textures.TABLES)
def test_table_tops_differ_by_seed_and_stay_within_what_a_surface_reflects(kind):
    first, second = textures.COLORS[kind][0]
    one, same, other = (textures.TABLES[kind](64, first, second, np.random.default_rng(s)) for s in (1, 1, 2))
    assert one.shape == (64, 64, 3) and one.min() >= 0 and one.max() <= 1
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert one.std() > 0.005


@pytest.mark.parametrize("kind", textures.BACKGROUNDS)
def test_surroundings_close_without_a_seam(kind):
    first, second = textures.WALLS[0]
    picture = textures.background(kind, 32, first, second, np.random.default_rng(0))
    assert picture.shape == (32, 64, 3) and picture.dtype == np.float32 and picture.min() > 0
    if kind != "room":
        steps = np.abs(np.diff(np.concatenate([picture, picture[:, :1]], axis=1), axis=1)).max(axis=(0, 2))
        assert steps[-1] <= 1.5 * steps.max()


def test_a_picture_is_exposed_for_its_own_brightness():
    light = np.random.default_rng(0).random((8, 8, 3), np.float32)
    np.testing.assert_allclose(developed(light), developed(50 * light), atol=1)
    assert developed(np.zeros((4, 4, 3), np.float32)).max() == 0


def test_folders_of_the_users_own_are_checked(tmp_path):
    with pytest.raises(UserError, match="the folder of meshes is missing"):
        mesh_files(str(tmp_path / "nowhere"))
    (tmp_path / "one.obj").touch()
    with pytest.raises(UserError, match="has 1 meshes"):
        mesh_files(str(tmp_path))
    with pytest.raises(UserError, match=r"photoreal\.textures"):
        texture_files(str(tmp_path))


def test_a_sheet_holds_the_first_images(tmp_path):
    black = np.zeros((8, 8, 3), np.uint8)
    rows = [{"scene": n, "label": 0, "png": encode(black + 40 * n), "mask": encode(black[..., 0])} for n in range(5)]
    pd.DataFrame(rows).to_parquet(tmp_path / "images.parquet")
    argv = ["--input", "images", str(tmp_path / "images.parquet"), "--output", "image", str(tmp_path / "sheet.png")]
    photoreal_sheet(parse(PhotorealSheetSpec, [*argv, "--spec", json.dumps({"count": 4, "columns": 2, "scale": 2})]))
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert sheet.shape == (2 * 20 + 4, 2 * 20 + 4, 3)
    assert sheet[[8, 8, 30, 30], [8, 30, 8, 30], 0].tolist() == [0, 40, 80, 120]
