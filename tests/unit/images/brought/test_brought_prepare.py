"""The job, its index, and what is noticed later."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from brought_pictures import LAYOUTS, as_folders, as_tars, index_of, photo, saved, some_pictures, write_shard
from memory import linux, numbers_of

from vitatlas.errors import UserError
from vitatlas.images.brought.index import load_index
from vitatlas.images.brought.pictures import batches, picture
from vitatlas.images.brought.readers.found import Place
from vitatlas.images.brought.store import Store
from vitatlas.images.brought.view import View
from vitatlas.jobs.embedded import read_provenance

VIEW = View(16, 16)


def test_the_index_says_where_it_comes_from_and_is_the_same_each_time(tmp_path):
    data_set = as_folders(some_pictures(8), tmp_path / "mine")
    index_of(data_set, tmp_path / "one/index.parquet")
    index_of(data_set, tmp_path / "two/index.parquet")
    assert (tmp_path / "one/index.parquet").read_bytes() == (tmp_path / "two/index.parquet").read_bytes()
    record = read_provenance(tmp_path / "one/index.parquet")
    assert record["spec"]["data_set"] == data_set and record["about"]["data"] == "mine" and record["inputs"] == {}


def test_a_place_may_name_variables(tmp_path, monkeypatch):
    as_folders(some_pictures(8), tmp_path / "mine")
    monkeypatch.setenv("PICTURES", str(tmp_path))
    index = index_of({"kind": "folders", "place": "$PICTURES/mine"}, tmp_path / "index.parquet")
    assert index.place == "$PICTURES/mine" and picture(index, 0).shape[0] == 3


def test_all_pictures_that_cannot_be_used_are_named(tmp_path):
    data_set = as_folders(some_pictures(24), tmp_path / "mine")
    for number in range(13):
        (tmp_path / f"mine/birds/bad {number:02d}.jpg").write_bytes(b"text")
    with pytest.raises(UserError) as caught:
        index_of(data_set, tmp_path / "index.parquet")
    first, *lines = caught.value.problem.splitlines()
    assert first == "13 of 37 pictures cannot be used" and len(lines) == 11 and lines[-1] == "  and 3 more"
    assert "birds/bad 00.jpg: the file is no picture; put the picture there again" in lines[0]
    assert not (tmp_path / "index.parquet").exists()


def test_a_name_with_a_line_break_stays_on_its_line(tmp_path):
    data_set = as_folders({("a\nb", "1.jpg"): b"text"}, tmp_path / "mine")
    with pytest.raises(UserError) as caught:
        index_of(data_set, tmp_path / "index.parquet")
    assert str(caught.value.where).endswith(r"'a\nb/1.jpg'")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_byte_is_noticed(tmp_path, layout):
    data_set = LAYOUTS[layout](some_pictures(12), tmp_path / "mine")
    index = index_of(data_set, tmp_path / "index.parquet")
    row = index.rows(5, 6)[0]
    file = tmp_path / "mine" / row["file"]
    with Store(tmp_path / "mine") as store:
        own = store.read(Place(*(row[name] for name in Place._fields)))
    data = bytearray(file.read_bytes())
    data[data.index(own) + len(own) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(UserError, match="is another one than when the index was made") as caught:
        list(batches(index, VIEW, 4))
    assert row["id"] in caught.value.problem and str(index.path) in str(caught.value.remedy)


def test_a_picture_that_is_gone_is_named(tmp_path):
    index = index_of(as_folders(some_pictures(8), tmp_path / "mine"), tmp_path / "index.parquet")
    (tmp_path / "mine" / index.rows(3, 4)[0]["file"]).unlink()
    assert picture(index, 2).shape[0] == 3
    with pytest.raises(UserError, match="the picture cannot be read"):
        picture(index, 3)


def test_the_start_is_enough_where_that_was_read(tmp_path):
    data_set = as_tars(some_pictures(12), tmp_path / "mine") | {"check": "sample"}
    index = index_of(data_set, tmp_path / "index.parquet")
    assert all(said.startswith("start:") for said in index.table["checksum"].to_pylist())
    thorough = index_of(data_set | {"check": "every"}, tmp_path / "other.parquet")
    for name in ("id", "width", "height", "size"):
        assert index.table[name].equals(thorough.table[name])
    assert sum(len(batch.ids) for batch in batches(index, VIEW, 5)) == 12


def test_what_is_no_index_is_refused(tmp_path):
    index = index_of(as_folders(some_pictures(8), tmp_path / "mine"), tmp_path / "index.parquet")
    record = {b"vitatlas": pq.read_metadata(tmp_path / "index.parquet").metadata[b"vitatlas"]}
    table = index.table.drop_columns(["checksum"]).replace_schema_metadata(record)
    pq.write_table(table, tmp_path / "other.parquet")
    with pytest.raises(UserError, match=r"no index of a data set: 'checksum'(.|\n)*make it again"):
        load_index(tmp_path / "other.parquet")


def test_rows_of_a_shard_are_read_in_any_order(tmp_path):
    noise = np.random.default_rng(0)
    rows = [{"image": {"bytes": noise.bytes(100), "path": f"{row}"}, "label": 0} for row in range(200)]
    write_shard(tmp_path / "x.parquet", rows, ["a"], row_group_size=50)
    with Store(tmp_path) as store:
        for row in [*range(3), 150, 149, 20, 199, 151, 0, 49, 50]:
            assert store.read(Place("x.parquet", row=row)) == rows[row]["image"]["bytes"]
        with pytest.raises(UserError, match="the file has 200 rows"):
            store.read(Place("x.parquet", row=200))


MANY = """
import sys
from pathlib import Path
from memory import peak
from vitatlas.images.brought.index import load_index
from vitatlas.images.brought.pictures import batches
from vitatlas.images.brought.view import View

index, seen = load_index(Path(sys.argv[1])), 0
before = peak()
for batch in batches(index, View(96, 110), 50):
    seen += batch.images.shape[0]
print(seen, peak() - before)
"""


def grown(index: Path) -> int:
    """By how much the peak of the memory grows while 5,000 pictures are read, in MB."""
    seen, more = numbers_of(MANY, str(index))
    assert seen == 5000
    return more // 1000


@linux
def test_memory_stays_flat_over_many_pictures(tmp_path):
    """All of them would be 138 MB as they are seen."""
    few = [saved(photo(number, (48, 40))) for number in range(50)]
    many = {(str(number % 7), f"{number}.jpg"): few[number % 50] for number in range(5000)}
    index_of(as_tars(many, tmp_path / "mine"), tmp_path / "index.parquet")
    assert grown(tmp_path / "index.parquet") < 30


@linux
def test_memory_stays_flat_over_a_shard_without_row_groups(tmp_path):
    """All of the file would be 100 MB."""
    few = [saved(photo(number, (48, 40))) + bytes(20_000) for number in range(50)]
    rows = [{"image": {"bytes": few[row % 50], "path": f"{row:04d}.jpg"}, "label": 0} for row in range(5000)]
    large = {"row_group_size": 5000, "write_batch_size": 64, "use_dictionary": False, "compression": "none"}
    write_shard(tmp_path / "mine/x.parquet", rows, ["a"], **large)
    index_of({"kind": "parquet", "place": str(tmp_path / "mine")}, tmp_path / "index.parquet")
    assert grown(tmp_path / "index.parquet") < 30
