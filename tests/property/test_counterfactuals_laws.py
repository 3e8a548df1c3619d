"""Laws of counterfactual sets, for every task, property, size, seed and geometry."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals import PROPERTIES
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.vocabulary import SETTINGS, TASKS


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    patch, span = draw(st.integers(4, 16)), draw(st.integers(1, 3))
    grid = draw(st.integers(2 * span + 1, 2 * span + 4))
    sprite = draw(st.integers(patch * span - 3, patch * span))
    return Geometry(canvas=patch * grid, patch=patch, object=patch * span, sprite=sprite)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TASKS),
    st.sampled_from(SETTINGS),
    st.sampled_from(PROPERTIES),
    st.sampled_from(("train", "test")),
    st.integers(1, 60),
    geometries(),
    st.integers(0, 9),
)
def test_an_edit_turns_the_answer_and_the_set_is_balanced(
    task: str, setting: str, property: str, split: str, n: int, geometry: Geometry, seed: int
) -> None:
    scenes = make_split(task, setting, split, 120, geometry, seed)
    found = make_counterfactuals(scenes, property, split, n, geometry, seed, reuse=20)
    assert len(found) == n
    after = found.edited_scenes()
    alike = (after.shape[:, ::2] == after.shape[:, 1::2]) & (after.color[:, ::2] == after.color[:, 1::2])
    answer = alike[:, 0] == alike[:, 1] if task == "rmts" else alike[:, 0]
    assert (answer == found.target).all() and (found.target != found.base.label).all()
    edited_pair = alike[np.arange(n), found.edited // 2]
    assert (edited_pair != found.judgement.astype(bool)).all(), "the edit turns the relation of its pair"
    parts = Counter(zip(found.direction, found.pair, found.base.label.tolist(), strict=True))
    number = 8 if task == "rmts" else 2
    assert len(parts) == min(n, number) and max(parts.values()) <= n // number + 1
    for one, other in ((found.base, "edited"), (found.source, "given")):
        tokens = one.tokens(geometry).reshape(n, -1)
        assert all(len(set(row)) == tokens.shape[1] for row in tokens.tolist())
        assert (found.tokens(other, geometry) < geometry.grid**2).all()
    renderer = Renderer(geometry, 10.0)
    assert renderer(found.base[:2]).shape == renderer(found.source[:2]).shape == renderer(after[:2]).shape
