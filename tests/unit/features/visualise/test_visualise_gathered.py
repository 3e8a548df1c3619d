"""Visualisations of several runs in one table, with their pictures."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.features.visualise.gathered import gathered_table
from vitatlas.features.visualise.gathered_spec import GatheredSpec
from vitatlas.jobs.job import parse

PICTURES = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)


def make(
    folder: Path, rows: tuple[int, int] = (2, 2), model: str = "a", images: bool = True, side: int = 8
) -> pd.DataFrame:
    words: list[str] = []
    for name, count, first in zip(("one", "two"), rows, (0, 2), strict=True):
        pd.DataFrame({"model": model, "run": 0, "set": name, "unit": range(count)}).to_parquet(
            folder / f"{name}.parquet"
        )
        np.save(folder / f"{name}.npy", PICTURES[first : first + 2])
    for kind, end in (("tables", "parquet"), ("images", "npy")) if images else (("tables", "parquet"),):
        words += ["--input", kind, str(folder / f"one.{end}"), str(folder / f"two.{end}")]
    spec = {"model": "a", "side": side}
    words += ["--output", "table", str(folder / "out.parquet"), "--spec", json.dumps(spec)]
    gathered_table(parse(GatheredSpec, words))
    return pd.read_parquet(folder / "out.parquet")


def decoded(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)))


def test_rows_keep_their_set_and_their_picture(tmp_path: Path) -> None:
    table = make(tmp_path)
    assert table["set"].tolist() == ["one", "one", "two", "two"]
    assert all(np.array_equal(decoded(image), picture) for image, picture in zip(table["image"], PICTURES, strict=True))


def test_larger_pictures_are_made_smaller(tmp_path: Path) -> None:
    assert decoded(make(tmp_path, side=4)["image"].iloc[0]).shape == (4, 4, 3)


def test_tables_without_pictures_are_put_together_too(tmp_path: Path) -> None:
    table = make(tmp_path, images=False)
    assert len(table) == 4 and "image" not in table


def test_pictures_that_do_not_go_with_their_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="2 pictures for 3 rows"):
        make(tmp_path, rows=(2, 3))


def test_another_models_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="values of b, wanted are those of a"):
        make(tmp_path, model="b")
