"""Which file is which, scene tables and counterfactual sets say themselves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scene_files import write_counterfactuals, write_scenes

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals_sets import make_counterfactuals
from vitatlas.relations.scenes.files import SCENES, counterfactuals_by_name, read_about, scenes_by_split
from vitatlas.relations.scenes.sets import make_split

MINI = Geometry(canvas=48, patch=8, object=16, sprite=14)
CELL = {"task": "discrimination", "setting": "256"}


def scenes(folder: Path, name: str, split: str, **changes: str) -> Path:
    path = folder / f"{name}.parquet"
    write_scenes(
        path, make_split("discrimination", "256", split, 8, MINI, 0), MINI, **{**CELL, "split": split} | changes
    )
    return path


def counterfactuals(folder: Path, name: str, property: str) -> Path:
    path = folder / f"{name}.parquet"
    found = make_counterfactuals(make_split("discrimination", "256", "val", 200, MINI, 0), property, "val", 4, MINI, 0)
    write_counterfactuals(path, found, MINI, split="val", **CELL)
    return path


def test_tables_are_found_by_what_they_say_and_not_by_their_place(tmp_path: Path) -> None:
    first, second = scenes(tmp_path, "a", "test"), scenes(tmp_path, "b", "train")
    assert scenes_by_split([first, second], ["train", "test"], **CELL) == {"train": second, "test": first}
    assert list(scenes_by_split([first, second], ["train", "test"])) == ["train", "test"]
    shape, color = counterfactuals(tmp_path, "c", "shape"), counterfactuals(tmp_path, "d", "color")
    found = counterfactuals_by_name([color, shape], [("shape", "val")], **CELL)
    assert found == {("shape", "val"): shape}


def test_a_split_is_missing_or_there_twice(tmp_path: Path) -> None:
    first = scenes(tmp_path, "a", "test")
    with pytest.raises(UserError, match="no table of scenes of val: there are test") as error:
        scenes_by_split([first], ["test", "val"])
    assert error.value.where == "--input scenes"
    with pytest.raises(UserError, match=r"a second table of scenes of test; the first is .*a\.parquet"):
        scenes_by_split([first, scenes(tmp_path, "b", "test")], ["test"])
    with pytest.raises(UserError, match="no set of counterfactuals of color, val: there are shape, val"):
        counterfactuals_by_name([counterfactuals(tmp_path, "c", "shape")], [("color", "val")])
    with pytest.raises(UserError, match="there are none"):
        scenes_by_split([], ["test"])


@pytest.mark.parametrize(
    ("key", "other"), [("task", "rmts"), ("setting", "32"), ("geometry", {**MINI.model_dump(), "sprite": 12})]
)
def test_tables_of_something_else_are_refused(tmp_path: Path, key: str, other: object) -> None:
    with pytest.raises(UserError, match=f"the table of scenes is of {key} ") as error:
        scenes_by_split([scenes(tmp_path, "a", "test")], ["test"], **{key: other})
    assert error.value.where == tmp_path / "a.parquet"


def test_files_that_say_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such table of scenes"):
        read_about(tmp_path / "none.parquet", SCENES)
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(UserError, match="does not say what it holds"):
        read_about(tmp_path / "other.parquet", SCENES)
