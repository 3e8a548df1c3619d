"""A user's pictures: the two parts, and their order."""

from types import SimpleNamespace

import numpy as np
import pytest
from brought_pictures import as_folders, index_of, photo, saved
from decomposed import shared

from vitatlas.components.own.pictures import HELD_OUT, LEARNED, own_pictures
from vitatlas.components.own.shown import positions_of
from vitatlas.encoders.seen.sources import Brought
from vitatlas.encoders.seen.spec import PicturesSpec
from vitatlas.errors import UserError

SPEC = PicturesSpec(parts={"own": Brought(data="mine")}, seed=0, batch=4)


def index(folder, count):
    pictures = {(f"class {number % 2}", f"{number:02d}.png"): saved(photo(number), "PNG") for number in range(count)}
    return index_of(as_folders(pictures, folder / "pictures"), folder / "mine.parquet")


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    found = index(tmp_path_factory.mktemp("brought"), 23)
    return SimpleNamespace(index=found, pictures=own_pictures(SPEC, shared("vit"), [found.path]))


def test_a_fifth_is_held_out_evenly_and_stands_last(brought):
    table = brought.pictures.table
    assert table["part"].tolist() == [LEARNED] * 19 + [HELD_OUT] * 4
    assert table.loc[table["part"] == HELD_OUT, "position"].tolist() == [4, 9, 14, 19]
    assert set(table.loc[table["part"] == HELD_OUT, "class_id"]) == {"class 0", "class 1"}
    assert sorted(table["position"]) == list(range(23))


def test_pictures_are_in_the_order_of_their_table(brought):
    of = brought.pictures
    ids = brought.index.table["id"].to_pylist()
    assert of.table["picture"].tolist() == [ids[position] for position in of.table["position"]]
    images = np.concatenate([batch.numpy() for batch in of.batches(5)])
    plain = np.concatenate([batch.numpy() for batch in type(of)(of.table, brought.index, of.view).batches(50)])
    assert (images == plain[of.table["position"]]).all()


def test_the_first_pictures_are_those_of_the_index(brought):
    table = brought.pictures.table
    first = positions_of(table, [], 6)
    assert table["position"].iloc[first].tolist() == [0, 1, 2, 3, 4, 5]
    wanted = table["picture"].iloc[[20, 3]].tolist()
    assert positions_of(table, wanted, 6) == [20, 3]


def test_a_picture_that_is_not_there_is_named(brought):
    with pytest.raises(UserError, match=r"unknown picture 'gone\.png'"):
        positions_of(brought.pictures.table, ["gone.png"], 6)


def test_too_few_are_refused(tmp_path):
    with pytest.raises(UserError, match="there are 9 pictures, and 10"):
        own_pictures(SPEC, shared("vit"), [index(tmp_path, 9).path])
