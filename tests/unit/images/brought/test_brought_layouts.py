"""One index and the same pixels, whatever the layout is."""

import numpy as np
import pytest
from brought_pictures import LAYOUTS, index_of, some_pictures

from vitatlas.images.brought.index import PLACES
from vitatlas.images.brought.pictures import batches, picture
from vitatlas.images.brought.view import View

VIEW = View(16, 16)


@pytest.fixture(scope="module")
def indices(tmp_path_factory):
    folder, pictures = tmp_path_factory.mktemp("layouts"), some_pictures()
    return {
        name: index_of(layout(pictures, folder / name), folder / f"{name}.parquet") for name, layout in LAYOUTS.items()
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tables_are_equal_up_to_the_columns_of_places(indices, layout):
    table = indices[layout].table.drop_columns(PLACES).replace_schema_metadata()
    assert table.equals(indices["folders"].table.drop_columns(PLACES).replace_schema_metadata())
    assert indices[layout].classes == tuple(sorted(["Käfer", "a\nb", "birds", "old cars"]))


def test_the_table_is_what_was_put_in(indices):
    table = indices["folders"].table.to_pandas()
    assert list(table["id"]) == sorted(f"{class_id}/{name}" for class_id, name in some_pictures())
    assert table["class_id"].value_counts().to_dict() == dict.fromkeys(("Käfer", "a\nb", "birds", "old cars"), 25)
    assert [indices["folders"].classes[label] for label in table["label"]] == list(table["class_id"])
    assert set(zip(table["width"], table["height"], strict=True)) == {(width, 16) for width in range(18, 23)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pictures_are_equal(indices, layout):
    for mine, first in zip(batches(indices[layout], VIEW, 32), batches(indices["folders"], VIEW, 32), strict=True):
        assert mine.ids == first.ids and mine.class_ids == first.class_ids
        assert np.array_equal(mine.images, first.images) and np.array_equal(mine.labels, first.labels)
    assert np.array_equal(picture(indices[layout], 57), picture(indices["folders"], 57))


def test_batches_go_on_where_they_stopped(indices):
    index = indices["tars"]
    whole = list(batches(index, VIEW, 30))
    assert [batch.start for batch in whole] == [0, 30, 60, 90] and [len(batch.ids) for batch in whole] == [
        30,
        30,
        30,
        10,
    ]
    later = list(batches(index, VIEW, 30, start=whole[1].stop))
    assert [batch.ids for batch in later] == [batch.ids for batch in whole[2:]]
    assert np.array_equal(later[0].images, whole[2].images)


def test_some_pictures_can_be_chosen(indices):
    some = indices["parquet"].chosen([71, 3, 40])
    (batch,) = batches(some, VIEW, 8)
    assert batch.ids == [indices["parquet"].table["id"][position].as_py() for position in (71, 3, 40)]
    assert np.array_equal(batch.images[1], VIEW.of_picture(picture(indices["folders"], 3)))
