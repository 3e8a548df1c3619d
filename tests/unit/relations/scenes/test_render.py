from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.render import Renderer, normal_table
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.shapes import atlas

P16 = Geometry(canvas=224, patch=16, object=32, sprite=24)
P14 = Geometry(canvas=224, patch=14, object=28, sprite=21)
MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)
GEOMETRIES = pytest.mark.parametrize("geometry", [P16, P14, MINI], ids=["p16", "p14", "mini"])


def drawn_plainly(scenes: Scenes, geometry: Geometry) -> np.ndarray:
    """What the renderer draws without noise, object by object: uint8 [N, 3, canvas, canvas]."""
    images = np.full((len(scenes), 3, geometry.canvas, geometry.canvas), 255, dtype=np.uint8)
    size = geometry.sprite
    for n in range(len(scenes)):
        for k in range(scenes.objects):
            y = scenes.row[n, k] * geometry.patch + scenes.dy[n, k]
            x = scenes.col[n, k] * geometry.patch + scenes.dx[n, k]
            color = np.minimum(COLORS[scenes.color[n, k]], 250)[:, None, None]
            box = images[n, :, y : y + size, x : x + size]
            box[:] = np.where(atlas(size)[scenes.shape[n, k]], color, box)
    return images


@GEOMETRIES
@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_without_noise_objects_are_their_silhouettes_in_their_colors(task: str, geometry: Geometry) -> None:
    scenes = make_split(task, "256", "train", 40, geometry, 0)
    assert (Renderer(geometry, 0.0)(scenes).numpy() == drawn_plainly(scenes, geometry)).all()


@GEOMETRIES
def test_noise_stays_inside_the_silhouettes_and_below_white(geometry: Geometry) -> None:
    scenes = make_split("rmts", "256", "ood_shape_color", 60, geometry, 0)
    images = Renderer(geometry, 10.0)(scenes).numpy()
    object_pixels = (drawn_plainly(scenes, geometry) != 255).all(1)
    assert (images.transpose(0, 2, 3, 1)[object_pixels] <= 250).all()
    assert (images.transpose(0, 2, 3, 1)[~object_pixels] == 255).all()


def all_colors(noise_offset: int = 0) -> Scenes:
    """The 20 colours, each on two large squares."""
    scenes = make_split("discrimination", "256", "train", 20, P16, 0)
    color = np.repeat(np.arange(20, dtype=np.int16)[:, None], 2, axis=1)
    return replace(scenes, color=color, shape=np.ones_like(color), noise=scenes.noise + noise_offset)


def test_noise_has_the_mean_and_spread_of_the_published_normal() -> None:
    scenes = all_colors()
    images = Renderer(P16, 10.0)(scenes).numpy()
    inside = (drawn_plainly(scenes, P16) != 255).all(1)
    for image, mask, rgb in zip(images, inside, COLORS.astype(float), strict=True):
        for channel, mean in enumerate(rgb):
            if 30 <= mean <= 220:  # elsewhere clipping shifts it
                values = image[channel][mask].astype(float) + 0.5  # truncation takes half a level on average
                assert abs(values.mean() - mean) < 4 * 10 / np.sqrt(len(values))
                assert abs(values.std() - 10) < 4 * 10 / np.sqrt(2 * len(values))


def test_noise_of_channels_and_neighbours_is_unrelated() -> None:
    scenes = replace(all_colors(), color=np.full((20, 2), 14, dtype=np.int16))  # grey: no channel is clipped
    images = Renderer(P16, 10.0)(scenes).numpy().astype(float)
    inside = (drawn_plainly(scenes, P16) != 255).all(1)
    red, green, blue = (images[:, channel][inside] for channel in range(3))
    pairs = [(red, green), (green, blue), (red, blue), (red[:-1], red[1:]), (red[:-22], red[22:])]
    assert max(abs(np.corrcoef(*pair)[0, 1]) for pair in pairs) < 4 / np.sqrt(len(red))


def test_neighbouring_noise_seeds_give_unrelated_noise() -> None:
    first, second = (Renderer(P16, 10.0)(all_colors(offset)).numpy()[14, 0] for offset in (0, 1))
    inside = first != 255
    assert abs(np.corrcoef(first[inside], second[inside])[0, 1]) < 4 / np.sqrt(inside.sum())


def test_same_objects_never_have_the_same_pixels() -> None:
    scenes = make_split("discrimination", "256", "train", 400, MINI, 0)
    same = scenes[scenes.label == 1]
    images = Renderer(MINI, 10.0)(same).numpy()
    size = MINI.sprite
    top, left = same.row * MINI.patch + same.dy, same.col * MINI.patch + same.dx
    for image, y, x in zip(images, top, left, strict=True):
        first, second = (image[:, y[k] : y[k] + size, x[k] : x[k] + size] for k in (0, 1))
        assert (first != second).mean() > 0.2


@GEOMETRIES
def test_a_scene_looks_the_same_alone_in_any_batch_and_in_any_order(geometry: Geometry) -> None:
    scenes = make_split("rmts", "256", "train", 70, geometry, 0)
    renderer = Renderer(geometry, 10.0)
    whole, batch = renderer(scenes), renderer.load(scenes)
    order = torch.randperm(70, generator=torch.Generator().manual_seed(0))
    assert torch.equal(renderer.render(batch, order), whole[order])
    for row in (0, 33, 69):
        assert torch.equal(renderer(scenes[row])[0], whole[row])


def test_pixels_are_what_they_always_were() -> None:
    """Guards every number of the workflow: a changed hash, table, shape or colour changes these bytes."""
    images = Renderer(MINI, 10.0)(make_split("rmts", "256", "train", 16, MINI, 0))
    assert hashlib.sha256(images.numpy().tobytes()).hexdigest()[:16] == "857bf38e4ed84e2a"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@GEOMETRIES
def test_a_gpu_draws_the_same_pixels(geometry: Geometry) -> None:
    scenes = make_split("rmts", "256", "train", 500, geometry, 0)
    assert torch.equal(Renderer(geometry, 10.0, "cuda")(scenes).cpu(), Renderer(geometry, 10.0)(scenes))


def test_the_noise_table_is_the_floor_of_a_normal() -> None:
    table = normal_table(10.0).double()
    assert table.dtype == torch.float64 and len(table) == 65536
    assert abs(table.mean() + 0.5) < 1e-3 and abs(table.std() - 10) < 0.01
    assert (table[:-1] <= table[1:]).all() and (normal_table(0.0) == 0).all()


def test_other_silhouettes_can_be_drawn() -> None:
    scenes = replace(make_split("rmts", "256", "train", 8, MINI, 0), shape=np.full((8, 4), 2, dtype=np.int16))
    others = atlas(MINI.sprite)[[5, 6, 7]]
    expected = Renderer(MINI, 10.0)(replace(scenes, shape=np.full((8, 4), 7, dtype=np.int16)))
    assert torch.equal(Renderer(MINI, 10.0, silhouettes=others)(scenes), expected)


def test_no_scenes_give_no_images() -> None:
    assert Renderer(MINI, 10.0)(make_split("rmts", "256", "train", 8, MINI, 0)[:0]).shape == (0, 3, 48, 48)


@pytest.mark.parametrize(("name", "value"), [("row", 5), ("col", -1), ("dy", 3), ("shape", 20), ("color", 20)])
def test_scenes_of_another_geometry_are_refused(name: str, value: int) -> None:
    scenes = make_split("discrimination", "256", "train", 8, MINI, 0)
    wrong = replace(scenes, **{name: np.full_like(scenes.row, value)})
    with pytest.raises(UserError, match=f"do not fit this geometry: {name}"):
        Renderer(MINI, 10.0).load(wrong)
