from itertools import combinations

import numpy as np
import pytest

from vitatlas.images.photoreal.forms import box, ellipsoid, lathe, prism, tube
from vitatlas.images.photoreal.meshes import Mesh, corners, joined, silhouette, welded, write_ply
from vitatlas.images.photoreal.objects import BUILDERS, OUTLINE, SEEN_FROM, built_in
from vitatlas.images.photoreal.outlines import rounded, shell, smooth, star


@pytest.mark.parametrize("name", BUILDERS)
def test_every_part_is_a_closed_surface_that_faces_outwards(name):
    for part in built_in(name):
        assert len(part.mesh.faces) >= 100
        assert part.mesh.is_closed and part.mesh.volume > 0
        assert np.isfinite(part.mesh.vertices).all()


@pytest.mark.parametrize("name", BUILDERS)
def test_every_object_stands_on_the_table_and_is_as_large_as_others(name):
    whole = joined([part.mesh for part in built_in(name)])
    assert whole.vertices[:, 2].min() == pytest.approx(0, abs=1e-9)
    assert silhouette(whole, SEEN_FROM) == pytest.approx(OUTLINE)
    assert 0.3 < np.linalg.norm(whole.vertices[:, :2], axis=1).max() < 0.7


def test_a_silhouette_has_the_area_of_geometry():
    assert silhouette(ellipsoid((1, 1, 1), 40, 80), 20) == pytest.approx(np.pi / 4, rel=0.01)
    cube = box((1, 1, 1), 0.001)
    assert silhouette(cube, 0, views=360) == pytest.approx(4 / np.pi, rel=0.01)
    assert silhouette(cube, 90) == pytest.approx(1, rel=0.01)
    assert silhouette(cube.moved((5, 3, 7)), 29) == pytest.approx(silhouette(cube, 29))


def test_there_are_16_objects_of_which_no_two_are_alike():
    assert len(BUILDERS) == 16
    looks = {}
    for name in BUILDERS:
        parts = built_in(name)
        low, high = joined([part.mesh for part in parts]).bounds
        volume = sum(part.mesh.volume for part in parts)
        looks[name] = np.array([*(high - low), volume]), {part.material for part in parts}
    for (one, (shape, made_of)), (other, (shape2, made_of2)) in combinations(looks.items(), 2):
        assert np.abs(shape - shape2).max() > 0.02, (one, other)
        assert made_of != made_of2, (one, other)


def test_forms_have_the_volumes_of_geometry():
    assert ellipsoid((1, 1, 2), 60, 120).volume == pytest.approx(np.pi / 3, rel=0.01)
    assert box((1, 2, 3), 0.001).volume == pytest.approx(6, rel=0.01)
    assert lathe([(0, 0), (1, 0), (1, 2), (0, 2)], segments=200).volume == pytest.approx(2 * np.pi, rel=0.01)
    angle = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    assert tube(ring, 0.2, closed=True, sides=80).volume == pytest.approx(2 * np.pi**2 * 0.04, rel=0.01)
    square = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
    assert prism(square, 3, 1e-6).volume == pytest.approx(12, rel=1e-3)
    straight = tube(np.array([(0.0, 0, 0), (0, 0, 1), (0, 0, 2)]), 0.5, closed=False, sides=100)
    assert straight.is_closed and straight.volume == pytest.approx(np.pi / 2, rel=0.01)


def test_a_shell_is_hollow():
    outside = rounded([(0, 0), (0.9, 0), (1, 0.1), (1, 2)], 0.1)
    outside = np.insert(outside, -1, [(1, 0.5), (1, 1)], axis=0)
    full, hollow = lathe(np.array([*outside, (0, 2)])).volume, lathe(shell(outside, 0.1)).volume
    assert 0.1 * full < hollow < 0.35 * full


def test_an_open_surface_is_not_closed_and_one_inside_out_has_negative_volume():
    ball = ellipsoid((1, 1, 1))
    assert not Mesh(ball.vertices, ball.faces[1:]).is_closed
    assert not Mesh(ball.vertices, ball.faces[:0]).is_closed
    assert Mesh(ball.vertices, ball.faces[:, ::-1]).volume < 0


def test_edges_stay_sharp_and_curves_look_round():
    positions, normals = corners(box((1, 1, 1), 0.1, 6))
    assert np.allclose(np.linalg.norm(normals, axis=1), 1)
    flat = np.abs(positions).max(axis=1) > 0.4999
    assert np.abs(normals[flat]).max(axis=1).min() > 0.95
    around, out = corners(ellipsoid((2, 2, 2), 40, 80))
    assert np.einsum("ci,ci->c", around, out).min() > 0.99
    cube = welded(Mesh(box((1, 1, 1), 1e-3, 2).vertices.round(2), box((1, 1, 1), 1e-3, 2).faces))
    assert np.abs(corners(cube)[1]).max(axis=1).min() > 0.999


def test_a_file_holds_what_was_written(tmp_path):
    mesh = box((1, 1, 1), 0.1, 2)
    write_ply(mesh, tmp_path / "box.ply")
    content = (tmp_path / "box.ply").read_bytes()
    header, data = content.split(b"end_header\n", 1)
    assert f"element face {len(mesh.faces)}".encode() in header
    assert len(data) == 3 * len(mesh.faces) * 6 * 4 + len(mesh.faces) * 13


def test_outlines():
    corner = rounded([(0, 0), (1, 0), (1, 1)], 0.2)
    assert corner[0].tolist() == [0, 0] and corner[-1].tolist() == [1, 1]
    assert not (corner == [1, 0]).all(axis=1).any()
    curve = smooth([(0, 0), (1, 1), (2, 0)], 4)
    assert {(0, 0), (1, 1), (2, 0)} <= set(map(tuple, curve.tolist())) and len(curve) == 9
    tips = np.linalg.norm(star(5, 0.5), axis=1)
    assert np.allclose(sorted(tips), [0.5] * 5 + [1] * 5)
