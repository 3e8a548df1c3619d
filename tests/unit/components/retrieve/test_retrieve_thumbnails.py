"""Thumbnails of pictures that a user brings: found by id, seen as the encoder saw them, and small."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from brought_pictures import as_folders, index_of, photo, saved
from planted_pictures import pictures, shown

from vitatlas.artifacts.pixels import pixels
from vitatlas.components.retrieve.spec import Shown
from vitatlas.components.retrieve.thumbnails import SIDE, thumbnails
from vitatlas.encoders.seen.sources import Brought
from vitatlas.errors import UserError
from vitatlas.images.brought.pictures import batches
from vitatlas.images.brought.view import View


@pytest.fixture
def index(tmp_path):
    files = {("a", f"{seed}.png"): saved(photo(seed, (300, 240)), "PNG") for seed in range(4)}
    return index_of(as_folders(files, tmp_path / "data"), tmp_path / "mine.parquet")


def seen(image: int) -> Shown:
    return Shown(source=Brought(data="mine"), image=image, shorter_side=image + 10, interpolation="bicubic")


def test_brought_pictures_are_found_by_id(index) -> None:
    ids = index.table["id"].to_pylist()
    wanted = [ids[2], ids[0], ids[2]]
    found = thumbnails(pd.DataFrame({"picture": wanted}), seen(64), [index.path])
    assert list(found) == [ids[2], ids[0]]
    (whole,) = batches(index, View(64, 74), 10)
    for name in found:
        np.testing.assert_array_equal(pixels(found[name]), whole.images[ids.index(name)].transpose(1, 2, 0))


def test_large_pictures_become_small(index) -> None:
    name = index.table["id"][0].as_py()
    found = thumbnails(pd.DataFrame({"picture": [name]}), seen(200), [index.path])
    assert pixels(found[name]).shape == (SIDE, SIDE, 3)


def test_a_picture_that_is_gone_is_named(index) -> None:
    with pytest.raises(UserError, match=r"'a/gone\.png' is not in the data set"):
        thumbnails(pd.DataFrame({"picture": ["a/gone.png"]}), seen(64), [index.path])


def test_each_scene_is_drawn_once() -> None:
    twice = pd.concat([pictures().head(3)] * 2)
    assert list(thumbnails(twice, Shown.model_validate(shown()), [])) == pictures()["picture"].head(3).tolist()
