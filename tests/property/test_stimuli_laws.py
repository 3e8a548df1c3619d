"""Laws that hold for every size, seed and geometry, not only for those of the paper."""

from __future__ import annotations

from collections import Counter

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.pairs import combinations, ood_objects
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.vocabulary import SETTINGS, SPLITS, TASKS


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    """Any geometry with room for at least two boxes per side."""
    patch, span = draw(st.integers(4, 16)), draw(st.integers(1, 3))
    grid = draw(st.integers(2 * span, 2 * span + 5))
    sprite = draw(st.integers(patch * span - 3, patch * span))
    return Geometry(canvas=patch * grid, patch=patch, object=patch * span, sprite=sprite)


sets = st.tuples(
    st.sampled_from(TASKS), st.sampled_from(SETTINGS), st.sampled_from(SPLITS), st.integers(1, 90), st.integers(0, 9)
)


@settings(max_examples=60, deadline=None)
@given(sets, geometries())
def test_every_set_is_balanced_and_means_what_it_says(choice: tuple, geometry: Geometry) -> None:
    task, setting, split, n, seed = choice
    scenes = make_split(task, setting, split, n, geometry, seed)
    assert len(scenes) == n
    sample_same, display_same = equal(scenes, 0), equal(scenes, 2) if task == "rmts" else np.ones(n, dtype=bool)
    assert (scenes.sample_same == sample_same).all() and (scenes.label == (sample_same == display_same)).all()
    parts = Counter(zip(sample_same.tolist(), display_same.tolist(), strict=True))
    number = 4 if task == "rmts" else 2
    assert max(parts.values()) <= n // number + 1 and len(parts) == min(n, number)
    assert abs(2 * int(scenes.label.sum()) - n) <= 2
    kinds = [Counter(scenes.kind.tolist())[kind] for kind in ("both", "shape", "color")]
    assert sum(kinds) == (n + 1) // 2 and kinds == sorted(kinds, reverse=True) and kinds[0] - kinds[2] <= 1


@settings(max_examples=60, deadline=None)
@given(sets, geometries())
def test_objects_keep_to_their_blocks_and_to_their_combinations(choice: tuple, geometry: Geometry) -> None:
    task, setting, split, n, seed = choice
    scenes = make_split(task, setting, split, n, geometry, seed)
    tokens = scenes.tokens(geometry).reshape(n, -1)
    assert all(len(set(row)) == tokens.shape[1] for row in tokens.tolist())
    assert tokens.min() >= 0 and tokens.max() < geometry.grid**2
    for offset in (scenes.dy, scenes.dx):
        assert offset.min() >= 0 and offset.max() <= geometry.object - geometry.sprite
    train, test = combinations(setting)
    allowed = ood_objects(split) if split.startswith("ood") else test if split == "test" else train
    shown = set(zip(scenes.shape.ravel().tolist(), scenes.color.ravel().tolist(), strict=True))
    assert shown <= {tuple(item) for item in allowed.tolist()}


@settings(max_examples=40, deadline=None)
@given(sets, geometries(), st.data())
def test_pixels_outside_blocks_are_white_and_each_image_is_its_own(
    choice: tuple, geometry: Geometry, data: st.DataObject
) -> None:
    task, setting, split, n, seed = choice
    assume(geometry.sprite >= 6)
    scenes = make_split(task, setting, split, n, geometry, seed)
    renderer = Renderer(geometry, 10.0)
    images = renderer(scenes)
    assert images.shape == (n, 3, geometry.canvas, geometry.canvas) and images.dtype == torch.uint8
    row = data.draw(st.integers(0, n - 1))
    assert torch.equal(renderer(scenes[row])[0], images[row])
    patches = images[row].unfold(1, geometry.patch, geometry.patch).unfold(2, geometry.patch, geometry.patch)
    white = (patches == 255).all(0).flatten(2).all(-1).flatten()
    assert white[np.setdiff1d(np.arange(geometry.grid**2), scenes.tokens(geometry)[row])].all()
    colored = images[row] != 255
    assert not white.all() and images[row][colored].max() <= 250


@settings(max_examples=20, deadline=None)
@given(sets)
def test_a_table_survives_its_frame(choice: tuple) -> None:
    geometry = Geometry(canvas=48, patch=8, object=16, sprite=14)
    frame = make_split(*choice[:4], geometry, choice[4]).to_frame()
    assert Scenes.from_frame(frame).to_frame().equals(frame)


def equal(scenes: Scenes, first: int) -> np.ndarray:
    """Whether objects `first` and `first + 1` of each scene have the same shape and color: bool [N]."""
    return (scenes.shape[:, first] == scenes.shape[:, first + 1]) & (
        scenes.color[:, first] == scenes.color[:, first + 1]
    )
