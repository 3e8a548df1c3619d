from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scene_files import write_scenes

from vitatlas.errors import UserError
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.files import SCENES, read_about
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.scenes.sets import make_split

P16 = Geometry(canvas=224, patch=16, object=32, sprite=24)
P32 = Geometry(canvas=224, patch=32, object=32, sprite=24)
FIELDS = ("shape", "color", "row", "col", "dy", "dx", "noise", "label", "kind", "sample_same", "display_same")


def scenes(task: str = "rmts", n: int = 30) -> Scenes:
    return make_split(task, "256", "train", n, P16, 0)


def equal(a: Scenes, b: Scenes) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in FIELDS)


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
def test_what_is_saved_is_loaded(tmp_path: Path, task: str) -> None:
    table = scenes(task)
    write_scenes(tmp_path / "train.parquet", table, P16, task=task, split="train")
    loaded = Scenes.load(tmp_path / "train.parquet")
    assert equal(table, loaded)
    assert [getattr(loaded, name).dtype for name in FIELDS[:-4]] == [np.int16] * 6 + [np.int64]
    about = {"task": task, "split": "train", "geometry": P16.model_dump()}
    assert read_about(tmp_path / "train.parquet", SCENES) == about


def test_an_index_a_slice_and_an_array_choose_scenes() -> None:
    table = scenes()
    assert len(table[3]) == 1 and equal(table[3], table[3:4]) and equal(table[np.array([3, 4])], table[3:5])
    assert table.objects == table[3].objects == 4


def test_tokens_of_a_corner() -> None:
    table = scenes("discrimination", 2)
    far = Scenes(
        **{name: getattr(table, name) for name in FIELDS} | {"row": np.full((2, 2), 12), "col": np.full((2, 2), 12)}
    )
    assert far.tokens(P16).tolist() == [[[180, 181, 194, 195]] * 2] * 2
    assert (table[0].tokens(P32)[0, :, 0] == table.row[0].astype(int) * 7 + table.col[0]).all()


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such table"):
        Scenes.load(tmp_path / "missing.parquet")


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "train.parquet"
    write_scenes(path, scenes(n=300), P16, split="train")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="damaged") as error:
        Scenes.load(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1" * 10])
def test_a_file_of_another_kind_is_reported(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "train.parquet").write_bytes(content)
    with pytest.raises(UserError, match="not a table of scenes"):
        Scenes.load(tmp_path / "train.parquet")
    with pytest.raises(UserError, match="not a table of scenes"):
        read_about(tmp_path / "train.parquet", SCENES)


def test_a_foreign_table_is_reported(tmp_path: Path) -> None:
    pd.DataFrame({"model": ["a"], "value": [1.0]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(UserError, match="'shape_0' is missing"):
        Scenes.load(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("noise_3", None, "'noise_3' is missing"),
        ("row_1", 0.5, "wrong type"),
        ("color_2", "red", "wrong type"),
        ("kind", "texture", "kind 'texture' is none of"),
    ],
)
def test_a_spoilt_column_is_named(tmp_path: Path, column: str, value: object, message: str) -> None:
    frame = scenes().to_frame()
    frame = frame.drop(columns=column) if value is None else frame.assign(**{column: value})
    frame.to_parquet(tmp_path / "x.parquet")
    with pytest.raises(UserError, match=message):
        Scenes.load(tmp_path / "x.parquet")
