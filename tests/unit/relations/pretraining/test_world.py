"""The world that pretraining sees, and what of the tasks it never shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.path import Path as Outline
from training_jobs import GEOMETRY, pretraining

from vitatlas.project.atlas import load_atlas
from vitatlas.relations.pretraining.foreign import (
    ALIKE,
    APART,
    COVERED,
    _inside,
    overlap,
    random_colors,
    random_silhouettes,
)
from vitatlas.relations.pretraining.shown import NONE, Shown
from vitatlas.relations.pretraining.world import TRAINED, World
from vitatlas.relations.scenes.colors import COLORS
from vitatlas.relations.scenes.pairs import combinations
from vitatlas.relations.scenes.shapes import atlas


def world(seed: int = 0, **changes: object) -> World:
    return World(GEOMETRY, 10, pretraining(**changes), torch.device("cpu"), seed)


def test_a_draw_depends_on_seed_and_step_only() -> None:
    one, other = world(), world()
    other.draw(50, 1)
    assert torch.equal(one.draw(20, 3).images, other.draw(20, 3).images)
    assert not torch.equal(one.draw(20, 3).images, one.draw(20, 4).images)
    assert not torch.equal(one.draw(20, 3).images, world(seed=1).draw(20, 3).images)


def test_objects_lie_where_the_draw_says_and_nowhere_else() -> None:
    draw = world().draw(40, 0)
    patches = torch.nn.functional.unfold(draw.images.float(), 8, stride=8)  # [B, 3 * 64, 36]
    drawn = (patches < 255).any(1)
    for scene in range(40):
        tokens = draw.tokens[scene].flatten().tolist()
        assert len(set(tokens)) == 16
        assert set(drawn[scene].nonzero().flatten().tolist()) <= set(tokens)


def test_twins_have_an_equal() -> None:
    draw = world().draw(300, 0)
    pairs = torch.stack([draw.shape, draw.color], -1).tolist()
    wanted = [[scene.count(thing) > 1 for thing in scene] for scene in pairs]
    assert draw.twin.bool().tolist() == wanted
    assert 0.3 < draw.twin.float().mean() < 0.7


@pytest.mark.parametrize("familiar", [0.0, 1.0])
def test_familiar_scenes_show_the_tasks_objects_and_foreign_ones_do_not(familiar: float) -> None:
    draw = world(familiar=familiar).draw(200, 0)
    for feature in (draw.shape, draw.color):
        assert ((feature < 16) == bool(familiar)).all()


def test_objects_have_the_colours_they_are_said_to_have() -> None:
    place = world(single_color=0)
    draw = place.draw(100, 0)
    boxes = torch.nn.functional.unfold(draw.images.float(), 8, stride=8).view(100, 3, 64, 36)
    for scene in range(0, 100, 7):
        for thing in range(4):
            pixels = boxes[scene, :, :, draw.tokens[scene, thing]].reshape(3, -1)
            pixels = pixels[:, (pixels < 255).any(0)]
            said = place.colors[draw.color[scene, thing]]
            middle = (said > 40) & (said < 210)  # away from the ends no noise is clipped
            assert (abs(pixels.mean(1) - said)[middle] < 6 * 10 / pixels.shape[1] ** 0.5 + 0.6).all()


def test_single_colour_scenes_are_as_frequent_as_asked() -> None:
    draw = world(single_color=0.5, familiar=0).draw(2000, 0)
    single = (draw.color == draw.color[:, :1]).all(1).float().mean()
    assert 0.46 < single < 0.6


def test_inside_agrees_with_matplotlib_on_polygons_without_crossings() -> None:
    rng = np.random.default_rng(1)
    center = (np.arange(12) + 0.5) / 12
    for _ in range(20):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 6))
        corners = 0.5 + 0.5 * np.stack([np.sin(angle), np.cos(angle)], 1)  # on a circle, in order: convex
        points = np.stack(np.meshgrid(center, center, indexing="ij"), -1).reshape(-1, 2)
        expected = Outline(corners).contains_points(points).reshape(12, 12)
        assert np.array_equal(_inside(corners, center[:, None], center), expected)


def test_where_a_polygon_crosses_itself_the_even_odd_rule_holds() -> None:
    # A square walked around twice covers nothing.
    square = np.array([[0.1, 0.1], [0.1, 0.9], [0.9, 0.9], [0.9, 0.1]])
    center = (np.arange(10) + 0.5) / 10
    assert _inside(square, center[:, None], center).sum() == 64
    assert _inside(np.concatenate([square, square]), center[:, None], center).sum() == 0


def test_foreign_silhouettes_fill_a_fair_part_of_their_box_differ_and_resemble_no_shape_of_the_tasks() -> None:
    masks = random_silhouettes(200, 14, np.random.default_rng(0))
    share = masks.mean((1, 2))
    assert share.min() > COVERED[0] and share.max() < COVERED[1]
    assert len(np.unique(masks.reshape(200, -1), axis=0)) > 195
    assert max(overlap(atlas(14).astype(bool), mask).max() for mask in masks) < ALIKE


def test_overlap_is_intersection_over_union() -> None:
    masks = np.zeros((3, 2, 2), dtype=bool)
    masks[0, 0] = masks[1, :, 0] = masks[2] = True
    np.testing.assert_allclose(overlap(masks, masks[0]), [1, 1 / 3, 1 / 2])


def test_foreign_colours_are_near_none_of_the_tasks() -> None:
    colors = random_colors(500, np.random.default_rng(0))
    assert colors.shape == (500, 3)
    assert (abs(colors[:, None] - COLORS.astype(int)).max(2) >= APART).all()


def test_familiar_scenes_link_objects_within_the_trained_combinations() -> None:
    """In scenes of one colour there are two shapes; an object that takes the shape of another has its second colour."""
    shape, color = world(familiar=1, single_color=0).objects(3000, 0)
    pairs = {(one, other) for one, other in zip(shape.ravel().tolist(), color.ravel().tolist(), strict=True)}
    assert pairs == {tuple(known) for known in TRAINED.tolist()}
    same_shape = (shape[:, 0] == shape[:, 1]) & (color[:, 0] != color[:, 1])
    same_color = (shape[:, 0] != shape[:, 1]) & (color[:, 0] == color[:, 1])
    assert 0.1 < same_shape.mean() < 0.22 and 0.1 < same_color.mean() < 0.22
    one_color = world(familiar=1, single_color=1).objects(500, 0)
    assert (one_color[1] == one_color[1][:, :1]).all()


def demo_pretrainings() -> list[str]:
    return ["mini-captions", "mini-mae", "mini-objects"]


@pytest.mark.parametrize("name", demo_pretrainings())
def test_no_step_of_the_demos_pretraining_shows_what_a_split_calls_unseen(root: Path, name: str) -> None:
    of = load_atlas(root, {"tier": "demo"}).relations.paths.of
    assert sorted(of.own.pretraining) == demo_pretrainings()
    settings = of.own.pretraining[name]
    place = World(of.geometry("mini"), 10, settings, torch.device("cpu"), 3)
    shown = Shown(place)
    for step in range(settings.steps):
        shown.count(*map(torch.from_numpy, place.objects(settings.batch, step)))
    table = shown.table()
    assert table["objects"].sum() == settings.steps * settings.batch * settings.objects
    seen = table[(table["objects"] > 0) & ((table["shape"] != NONE) | (table["color"] != NONE))]
    trained = {tuple(known) for known in combinations("32")[0].tolist()}
    assert set(seen[["shape", "color"]].itertuples(index=False, name=None)) <= trained


def test_what_was_shown_is_told_by_looks_and_not_by_number() -> None:
    """A world whose foreign things are the tasks' own is caught."""
    place = world()
    place.silhouettes[20], place.colors[30] = (
        torch.from_numpy(atlas(GEOMETRY.sprite)[17].copy()),
        torch.from_numpy(COLORS[3].astype(int)),
    )
    shown = Shown(place)
    shown.count(torch.tensor([20, 20, 40]), torch.tensor([30, 40, 30]))
    table = shown.table()
    found = table[table["objects"] > 0].itertuples(index=False, name=None)
    assert sorted(found) == [(NONE, 3, 1), (17, NONE, 1), (17, 3, 1)]
