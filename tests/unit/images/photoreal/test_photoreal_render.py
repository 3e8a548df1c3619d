"""Rendering, with Mitsuba, of images of 32 pixels."""

import importlib.util
import json
import os
import signal
import sys

import numpy as np
import pandas as pd
import pytest
from photoreal_scenes import render, save, scene
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.photoreal import scenes_job
from vitatlas.images.photoreal.forms import box
from vitatlas.images.photoreal.images import load as load_images
from vitatlas.images.photoreal.objects import OUTLINE
from vitatlas.images.photoreal.render_job import check
from vitatlas.images.photoreal.scene import load
from vitatlas.images.photoreal.scenes_job import photoreal_scenes
from vitatlas.images.photoreal.settings import Rendering
from vitatlas.images.photoreal.spec import PhotorealScenesSpec
from vitatlas.images.photoreal.studio import Studio, engine
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse

pytestmark = pytest.mark.skipif(not importlib.util.find_spec("mitsuba"), reason="Mitsuba is not installed")


@pytest.fixture(scope="module")
def studio():
    with Studio("scalar_rgb") as opened:
        yield opened


@pytest.fixture
def meshes(tmp_path):
    """A folder of two meshes."""
    folder = tmp_path / "meshes"
    folder.mkdir()
    for name, height in (("flat", 0.5), ("tall", 1.5)):
        mesh = box((1, 1, height), 0.1, 2)
        lines = [f"v {x} {y} {z}" for x, y, z in mesh.vertices] + [f"f {a} {b} {c}" for a, b, c in mesh.faces + 1]
        (folder / f"{name}.obj").write_text("\n".join(lines))
    return folder


def draw_scenes(path, **changes):
    """Run the job that draws scenes."""
    rendering = Rendering(samples=1, **changes.pop("rendering", {}))
    spec = {
        "canvas": 32,
        "patches": [8],
        "patch_share": 0.5,
        "images": 2,
        "seed": 1,
        "rendering": rendering.model_dump(),
    }
    photoreal_scenes(
        parse(PhotorealScenesSpec, ["--output", "scenes", str(path), "--spec", json.dumps(spec | changes)])
    )
    return load(path)


def seen_at(made, placed, height):
    """The pixel (row, column) at which a point above an object's place is seen."""
    camera = made.camera
    azimuth, elevation = np.radians([camera.azimuth, camera.elevation])
    back = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0])
    up = np.cross(back, right)
    away = np.array([placed.x, placed.y, height]) - camera.target - camera.distance * back
    scale = made.canvas / 2 / np.tan(np.radians(camera.field_of_view) / 2) / -(away @ back)
    return made.canvas / 2 - scale * (away @ up), made.canvas / 2 + scale * (away @ right)


def test_masks_lie_where_geometry_says(studio):
    made = scene(5, "sphere", "sphere", canvas=96)
    for number, placed in enumerate(made.objects, start=1):
        rows, columns = np.nonzero(studio.mask(made, only=number))
        row, column = seen_at(made, placed, np.sqrt(OUTLINE / np.pi))  # a ball's middle
        assert abs(rows.mean() + 0.5 - row) < 1.5 and abs(columns.mean() + 0.5 - column) < 1.5
        assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=3)


def test_all_parts_of_an_object_have_its_number(studio):
    made = scene(2, "duck", "lamp", canvas=64)
    both, first, second = studio.mask(made), studio.mask(made, only=1), studio.mask(made, only=2)
    assert set(np.unique(both)) == {0, 1, 2}
    assert set(np.unique(first)) == {0, 1} and set(np.unique(second)) == {0, 2}
    assert ((both == 1) <= (first == 1)).all() and ((both > 0) == ((first > 0) | (second > 0))).all()


def test_an_image_shows_what_its_mask_says(studio):
    """The object's pixels, and few others, change when it is taken far away."""
    made = scene(5, "sphere", "cube", samples=16)
    without = made.model_copy(update={"first": made.first.model_copy(update={"x": 50.0})})
    changed = np.abs(studio.image(made).astype(int) - studio.image(without)).max(axis=2) > 60
    mask = studio.mask(made) == 1
    assert (changed & mask).sum() > 0.7 * mask.sum()
    assert (changed & ~mask).sum() < 0.25 * (~mask).sum()


def test_pictures_are_neither_dark_nor_burnt_out(studio):
    for seed in range(3):
        image = studio.image(scene(seed, "mug", "chair"))
        assert 70 < image.mean() < 190 and (image.max(axis=2) > 250).mean() < 0.1 and image.std() > 15


def test_any_image_comes_again_from_its_row_alone(tmp_path, studio):
    made = scene(7, "vase", "bowl")
    save([made], tmp_path / "scenes.parquet")
    row = load(tmp_path / "scenes.parquet")[0]
    with Studio("scalar_rgb") as another:
        np.testing.assert_array_equal(studio.image(made), another.image(row))


def test_the_scenes_of_a_set_depend_on_the_seed_only(tmp_path):
    one, same = draw_scenes(tmp_path / "one.parquet"), draw_scenes(tmp_path / "same.parquet")
    assert one == same and one != draw_scenes(tmp_path / "other.parquet", seed=2)
    assert sorted(made.label for made in one) == [0, 1]


def test_an_interrupted_rendering_goes_on_where_it_was(tmp_path, monkeypatch, capsys):
    save([scene(seed, scene=seed) for seed in range(4)], tmp_path / "scenes.parquet")
    whole = render(tmp_path / "scenes.parquet", tmp_path / "whole.parquet")
    drawn, stops, image = [], [], Studio.image

    def stopped(self, made):
        if len(drawn) == 2 and not stops:
            stops.append(True)
            os.kill(os.getpid(), signal.SIGTERM)
        drawn.append(made.scene)
        return image(self, made)

    monkeypatch.setattr(Studio, "image", stopped)
    with pytest.raises(SystemExit, match="75"):
        render(tmp_path / "scenes.parquet", tmp_path / "images.parquet")
    assert "2 of 4 images are rendered and kept" in capsys.readouterr().err
    assert not (tmp_path / "images.parquet").exists()
    again = render(tmp_path / "scenes.parquet", tmp_path / "images.parquet")
    assert drawn == [0, 1, 2, 3]
    np.testing.assert_array_equal(again.image, whole.image)
    np.testing.assert_array_equal(again.mask, whole.mask)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_was_finished_for_another_scene_is_not_taken(tmp_path, monkeypatch):
    def broken(self, made):
        raise RuntimeError("killed")

    save([scene(1)], tmp_path / "scenes.parquet")
    expected = render(tmp_path / "scenes.parquet", tmp_path / "expected.parquet")
    with monkeypatch.context() as patch:
        patch.setattr(Studio, "mask", broken)
        with pytest.raises(RuntimeError):
            render(tmp_path / "scenes.parquet", tmp_path / "images.parquet")
    save([scene(2)], tmp_path / "scenes.parquet")
    assert not np.array_equal(render(tmp_path / "scenes.parquet", tmp_path / "images.parquet").image, expected.image)


def test_shares_make_up_the_set(tmp_path):
    save([scene(seed, scene=seed, samples=1) for seed in range(3)], tmp_path / "scenes.parquet")
    paths = [tmp_path / f"{shard}.parquet" for shard in (0, 1)]
    for shard, path in enumerate(paths):
        render(tmp_path / "scenes.parquet", path, shard=shard, shards=2)
    assert load_images(paths).scene.tolist() == [0, 1, 2]
    with pytest.raises(UserError, match="rendered twice"):
        load_images([paths[0], paths[0]])


def test_objects_and_textures_of_the_users_own(tmp_path, meshes):
    tops = tmp_path / "tops"
    tops.mkdir()
    Image.new("RGB", (8, 8), (200, 40, 40)).save(tops / "red.png")
    own = {"meshes": {"folder": str(meshes), "license": "CC0"}, "textures": str(tops)}
    scenes = draw_scenes(tmp_path / "scenes.parquet", rendering=own, patch_share=0.3)
    assert {placed.object for made in scenes for placed in made.objects} <= {"flat.obj", "tall.obj"}
    assert read_provenance(tmp_path / "scenes.parquet")["about"] == {"seed": 1, "license": "CC0"}
    image = render(tmp_path / "scenes.parquet", tmp_path / "images.parquet").image[0].astype(int)
    assert (image[-4:, :, 0] > image[-4:, :, 1] + 40).mean() > 0.8
    (tops / "red.png").rename(tops / "blue.png")
    with pytest.raises(UserError, match=r"the texture 'red\.png' of scene \d is missing"):
        render(tmp_path / "scenes.parquet", tmp_path / "again.parquet")
    assert not (tmp_path / "again.parquet").exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [("v 0 0 0\nv 1 0 0\nv 0 1 0\n", "the mesh has no faces"), ("f 7 8 9\n", "the mesh"), ("", "the mesh")],
)
def test_a_mesh_that_is_none_is_named(tmp_path, meshes, content, problem):
    (meshes / "bad.obj").write_text(content)
    own = {"meshes": {"folder": str(meshes), "license": "CC0"}}
    with pytest.raises(UserError, match=problem) as error:
        draw_scenes(tmp_path / "scenes.parquet", rendering=own, images=6)
    assert error.value.where == meshes / "bad.obj" and not (tmp_path / "scenes.parquet").exists()


def test_an_object_that_never_owns_a_patch_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(scenes_job, "TRIES", 3)
    with pytest.raises(UserError, match=r"none of 3 random scenes of '\w+' and '\w+' shows both"):
        draw_scenes(tmp_path / "scenes.parquet", patches=[16], patch_share=1.0)
    assert not (tmp_path / "scenes.parquet").exists()


def test_a_row_in_which_an_object_is_out_of_sight_is_refused():
    mask = np.ones((4, 4), np.uint8)
    with pytest.raises(UserError, match=r"object 2 \('sphere'\) of scene 0 is in no pixel"):
        check(scene(0, scene=0), mask)


def test_no_mitsuba_and_no_way_to_compute_are_explained(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "mitsuba", None)
        with pytest.raises(UserError, match="Mitsuba 3 cannot be imported"):
            engine("scalar_rgb")
    with pytest.raises(UserError, match="cannot compute as 'no_such_variant'"):
        engine("no_such_variant")


def test_the_tables_of_images_hold_png_files(tmp_path):
    save([scene(0, samples=1)], tmp_path / "scenes.parquet")
    render(tmp_path / "scenes.parquet", tmp_path / "images.parquet")
    table = pd.read_parquet(tmp_path / "images.parquet")
    assert list(table.columns) == ["scene", "label", "png", "mask"]
    assert all(cell.startswith(b"\x89PNG") for cell in [*table["png"], *table["mask"]])
