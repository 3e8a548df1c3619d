from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scene_files import write_counterfactuals, write_scenes

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals import PROPERTIES, Counterfactuals
from vitatlas.relations.scenes.counterfactuals_job import make_counterfactual_sets
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.sets import make_split
from vitatlas.relations.scenes.spec import CounterfactualsSpec

MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)
OTHER = {"shape": "color", "color": "shape"}


def made(task: str, property: str = "shape", n: int = 40, setting: str = "256", reuse: int = 1) -> Counterfactuals:
    scenes = make_split(task, setting, "val", 400, MINI, seed=1)
    return make_counterfactuals(scenes, property, "val", n, MINI, seed=2, reuse=reuse)


def value(found: Counterfactuals, name: str, scenes: str, role: str) -> np.ndarray:
    return getattr(getattr(found, scenes), name)[np.arange(len(found)), getattr(found, role)]


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
@pytest.mark.parametrize("property", PROPERTIES)
def test_the_edit_gives_the_target(task: str, property: str) -> None:
    found = made(task, property)
    after = found.edited_scenes()
    first, second = after.shape, after.color
    sample = (first[:, 0] == first[:, 1]) & (second[:, 0] == second[:, 1])
    display = (first[:, 2] == first[:, 3]) & (second[:, 2] == second[:, 3]) if task == "rmts" else np.ones_like(sample)
    assert ((sample == display) == found.target).all() and (after.label == found.target).all()
    assert (found.target == 1 - found.base.label).all()
    assert (after.sample_same == sample).all()
    if task == "rmts":
        assert (after.display_same == display).all()
    changed = getattr(after, property) != getattr(found.base, property)
    assert (changed.sum(1) == 1).all() and changed[np.arange(len(found)), found.edited].all()
    assert (getattr(after, OTHER[property]) == getattr(found.base, OTHER[property])).all()


@pytest.mark.parametrize("property", PROPERTIES)
def test_discrimination_sources_are_as_the_paper_says(property: str) -> None:
    found, other = made("discrimination", property), OTHER[property]
    assert (found.edited == 0).all() and Counter(found.target.tolist()) == {0: 20, 1: 20}
    becomes_same = found.target == 1
    given, beside = value(found, property, "source", "given"), value(found, property, "source", "other")
    assert (found.base.kind[becomes_same] == property).all() and (found.base.kind[~becomes_same] == "same").all()
    assert (given == value(found, property, "base", "partner"))[becomes_same].all()
    assert (given != beside)[becomes_same].all() and (given == beside)[~becomes_same].all()
    assert (given != value(found, property, "base", "edited")).all()
    assert (value(found, other, "source", "given") != value(found, other, "base", "edited")).all()
    differs = value(found, other, "source", "given") != value(found, other, "source", "other")
    assert differs[becomes_same].all() and not differs[~becomes_same].any()
    assert (found.source.row != found.base.row).any()


@pytest.mark.parametrize("property", PROPERTIES)
def test_rmts_sources_differ_from_the_base_in_one_object_of_the_other_pair(property: str) -> None:
    found = made("rmts", property)
    parts = Counter(zip(found.pair, found.direction, found.base.label.tolist(), strict=True))
    assert len(parts) == 8 and set(parts.values()) == {5}
    assert (found.given == found.edited ^ 2).all() and (found.other == found.given ^ 1).all()
    for name in ("row", "col", OTHER[property]):
        assert (getattr(found.source, name) == getattr(found.base, name)).all()
    changed = getattr(found.source, property) != getattr(found.base, property)
    assert (changed.sum(1) <= 1).all()
    becomes_same = found.judgement == 0
    given = value(found, property, "source", "given")
    assert (given == value(found, property, "base", "partner"))[becomes_same].all()
    assert (given != value(found, property, "base", "edited")).all()
    assert (value(found, OTHER[property], "base", "edited") == value(found, OTHER[property], "base", "partner")).all()
    assert (found.source.noise != found.base.noise).all() and (found.edited % 2 == 1).any()


def test_features_are_of_all_combinations_in_the_small_setting_too() -> None:
    found = made("discrimination", n=80, setting="32")
    pairs = {(shape, color) for shape, color in zip(found.source.shape[:, 0], found.source.color[:, 0], strict=True)}
    assert any((shape - color) % 16 < 14 for shape, color in pairs)


def test_the_same_seed_gives_the_same_set() -> None:
    pd.testing.assert_frame_equal(made("rmts").to_frame(MINI), made("rmts").to_frame(MINI))
    scenes = make_split("rmts", "256", "val", 400, MINI, seed=1)
    other = make_counterfactuals(scenes, "shape", "val", 40, MINI, seed=3)
    assert not other.to_frame().equals(made("rmts").to_frame())


def test_base_images_are_rows_of_the_split_and_serve_once_unless_more_is_allowed() -> None:
    scenes = make_split("discrimination", "256", "val", 400, MINI, seed=1)
    found = made("discrimination", n=100)
    assert (scenes[found.row].noise == found.base.noise).all()
    assert len(set(found.row.tolist())) == 100
    with pytest.raises(UserError, match="75 base images for 'different-to-same' are wanted, there are 67"):
        made("discrimination", n=150)
    again = made("discrimination", n=150, reuse=2)
    assert max(Counter(again.row.tolist()).values()) == 2
    twice = again.row[np.argsort(again.row, kind="stable")]
    assert len(again) == 150 and len(set(twice.tolist())) < 150


def test_tokens_are_the_patches_under_the_objects(tmp_path: Path) -> None:
    found = made("discrimination", n=10)
    for role, scenes in (("edited", found.base), ("given", found.source), ("other", found.source)):
        tokens = found.tokens(role, MINI)
        rows, cols = (getattr(scenes, name)[np.arange(10), getattr(found, role)] for name in ("row", "col"))
        assert (tokens == np.stack([rows * 6 + cols + step for step in (0, 1, 6, 7)], axis=1)).all()
    write_counterfactuals(tmp_path / "set.parquet", found, MINI, split="val")
    frame = pd.read_parquet(tmp_path / "set.parquet")
    np.testing.assert_array_equal(np.stack(frame["given_tokens"].tolist()), found.tokens("given", MINI))
    loaded = Counterfactuals.load(tmp_path / "set.parquet", MINI, property="shape", split="val")
    pd.testing.assert_frame_equal(loaded.to_frame(MINI), found.to_frame(MINI))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"split": "test"}, "is of split val, wanted is test"),
        ({"property": "color"}, "is of property shape, wanted is color"),
        ({"geometry": Geometry(canvas=224, patch=16, object=32, sprite=24)}, "is of geometry"),
    ],
)
def test_another_set_than_the_one_meant_is_refused(tmp_path: Path, changes: dict, message: str) -> None:
    write_counterfactuals(tmp_path / "set.parquet", made("discrimination", n=10), MINI, split="val")
    with pytest.raises(UserError, match=message):
        Counterfactuals.load(tmp_path / "set.parquet", **{"geometry": MINI, "split": "val"} | changes)


def test_an_empty_or_missing_or_foreign_set_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.parquet"
    with pytest.raises(UserError, match="no such set"):
        Counterfactuals.load(path, MINI)
    write_counterfactuals(path, made("discrimination", n=10)[:0], MINI, split="val")
    with pytest.raises(UserError, match="is empty"):
        Counterfactuals.load(path, MINI)
    scenes = make_split("discrimination", "256", "val", 10, MINI, seed=1)
    cases = {"names no property": {}, "its property is size": {"property": "size"}}
    cases["column 'edited' is missing"] = {"property": "shape"}
    for message, about in cases.items():
        write_scenes(path, scenes, MINI, split="val", **about)
        with pytest.raises(UserError, match=message):
            Counterfactuals.load(path, MINI)


@pytest.mark.parametrize(
    ("n", "scenes", "property", "message"),
    [
        (0, 40, "shape", "a set of 0 examples"),
        (4, 0, "shape", "holds no scenes"),
        (4, 40, "size", "unknown property 'size'"),
        (40, 8, "color", "base images for 'different-to-same' are wanted, there are"),
    ],
)
def test_what_cannot_be_made_is_said(n: int, scenes: int, property: str, message: str) -> None:
    split = make_split("discrimination", "256", "val", 40, MINI, seed=1)[:scenes]
    with pytest.raises(UserError, match=message):
        make_counterfactuals(split, property, "val", n, MINI, seed=0)


def test_scenes_of_another_geometry_are_refused() -> None:
    large = Geometry(canvas=224, patch=16, object=32, sprite=24)
    with pytest.raises(UserError, match="do not fit this geometry"):
        make_counterfactuals(make_split("rmts", "256", "val", 40, large, 1), "shape", "val", 8, MINI, seed=0)


def job(folder: Path, **changes: object) -> list[str]:
    spec = {"task": "rmts", "setting": "256", "properties": ["color"], "geometry": MINI.model_dump(), "seed": 0}
    spec |= {"sizes": {"val": 16}} | changes
    scenes = make_split("rmts", "256", "val", 200, MINI, seed=1)
    write_scenes(folder / "scenes.parquet", scenes, MINI, task="rmts", setting="256", split="val")
    paths = ["--input", "scenes", str(folder / "scenes.parquet")]
    output = ["--output", "counterfactuals", str(folder / "color/val.parquet")]
    return [*paths, *output, "--spec", json.dumps(spec)]


def test_the_job_writes_each_split(tmp_path: Path) -> None:
    make_counterfactual_sets(parse(CounterfactualsSpec, job(tmp_path)))
    expected = {"property": "color", "task": "rmts", "setting": "256", "split": "val"}
    assert len(Counterfactuals.load(tmp_path / "color/val.parquet", MINI, **expected)) == 16


def test_the_job_refuses_scenes_of_another_task_and_objects_between_patches(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is of task rmts, wanted is discrimination"):
        make_counterfactual_sets(parse(CounterfactualsSpec, job(tmp_path, task="discrimination")))
    with pytest.raises(UserError, match="object 20 is no whole number of patches of 8"):
        parse(CounterfactualsSpec, job(tmp_path, geometry={"canvas": 48, "patch": 8, "object": 20, "sprite": 14}))
    assert not (tmp_path / "color/val.parquet").exists()
