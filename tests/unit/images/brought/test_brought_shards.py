"""Shards: WebDataset's tar files and Hugging Face's Parquet files, and what of them is refused with a remedy."""

import pytest
from brought_pictures import index_of, photo, saved, write_shard, write_tar

from vitatlas.errors import UserError

JPEG = saved(photo(0))


def index(tmp_path, kind, **keys):
    return index_of({"kind": kind, "place": str(tmp_path / "mine"), **keys}, tmp_path / "index.parquet")


def ids(tmp_path, kind, **keys):
    return index(tmp_path, kind, **keys).table["id"].to_pylist()


def refused(tmp_path, kind, match, **keys):
    with pytest.raises(UserError, match=match) as caught:
        index(tmp_path, kind, **keys)
    assert caught.value.where and caught.value.remedy


# WebDataset


@pytest.mark.parametrize(
    ("label", "ending", "content"),
    [(None, "cls", b"cat\n"), ("txt", "txt", b"cat"), ("json.name", "json", b'{"name": "cat", "label": 3}')],
)
def test_where_the_class_of_a_sample_stands(tmp_path, label, ending, content):
    members = [(f"00{n}.{e}", d) for n in (1, 2) for e, d in (("jpg", saved(photo(n))), (ending, content))]
    write_tar(tmp_path / "mine/0.tar", members)
    assert ids(tmp_path, "webdataset", **({"label": label} if label else {})) == ["cat/001.jpg", "cat/002.jpg"]


def test_numbers_of_classes_can_be_imagenets(tmp_path):
    write_tar(tmp_path / "mine/0.tar", [("1.jpg", JPEG), ("1.cls", b"278"), ("2.jpg", JPEG), ("2.cls", b"n01440764")])
    found = index(tmp_path, "webdataset", classes="imagenet")
    assert found.table["id"].to_pylist() == ["n01440764/2.jpg", "n02119789/1.jpg"]
    assert found.table["label"].to_pylist() == [0, 278] and len(found.classes) == 1000
    write_tar(tmp_path / "mine/0.tar", [("1.jpg", JPEG), ("1.cls", b"1000")])
    refused(tmp_path, "webdataset", "'1000' is no class of ImageNet-1k", classes="imagenet")


@pytest.mark.parametrize(
    ("members", "keys", "match"),
    [
        ([("1.jpg", JPEG)], {}, r"no class in a member \.cls"),
        ([("1.left.jpg", JPEG), ("1.right.jpg", JPEG), ("1.cls", b"a")], {}, "sample '1' has several pictures"),
        ([("1.jpg", JPEG), ("1.json", b"{}")], {"label": "json.name"}, r"no class can be read from 1\.json"),
        ([("1.jpg", JPEG), ("1.json", b'{"a": 1.5}')], {"label": "json.a"}, r"the class 1\.5 is neither"),
        ([("1.jpg", JPEG), ("1.cls", b" \n")], {}, "the class '' is neither"),
        ([("1.txt", b"a")], {}, "no pictures were found"),
    ],
)
def test_samples_that_are_refused(tmp_path, members, keys, match):
    write_tar(tmp_path / "mine/0.tar", members)
    refused(tmp_path, "webdataset", match, **keys)


# Parquet


def rows(*labels, paths=True):
    return [
        {"image": {"bytes": saved(photo(n)), "path": f"{n}.jpg" if paths else None}, "label": label}
        for n, label in enumerate(labels)
    ]


def test_labels_are_numbered_as_the_shard_names_its_classes(tmp_path):
    write_shard(tmp_path / "mine/x.parquet", rows(1, 0, 1), ["zebra", "ant"])
    found = index(tmp_path, "parquet")
    assert found.table["id"].to_pylist() == ["ant/0.jpg", "ant/2.jpg", "zebra/1.jpg"]
    assert found.classes == ("zebra", "ant") and found.table["label"].to_pylist() == [1, 1, 0]


def test_names_of_classes_give_way_to_imagenets_ids(tmp_path):
    write_shard(tmp_path / "mine/x.parquet", rows(1, 0), ["tench, Tinca tinca", "goldfish, Carassius auratus"])
    found = index(tmp_path, "parquet", classes="imagenet")
    assert found.table["id"].to_pylist() == ["n01440764/1.jpg", "n01443537/0.jpg"]
    assert found.table["label"].to_pylist() == [0, 1]


def test_pictures_without_names_are_called_by_shard_and_row(tmp_path, capsys):
    write_shard(tmp_path / "mine/x-00000-of-00001.parquet", rows("a", "b", "a", paths=False), None)
    name = "x-00000-of-00001-00000"
    assert ids(tmp_path, "parquet") == [f"a/{name}0", f"a/{name}2", f"b/{name}1"]
    assert "note: the shards do not name pictures" in capsys.readouterr().err


def test_a_column_of_bare_bytes_with_another_name(tmp_path):
    pictures = [{"img": saved(photo(n)), "fine": f"c{n}"} for n in range(3)]
    write_shard(tmp_path / "mine/x.parquet", pictures, None)
    assert len(ids(tmp_path, "parquet", image="img", label="fine")) == 3
    refused(tmp_path, "parquet", "no column 'image'; it has: img, fine", label="fine")
    refused(tmp_path, "parquet", "the column 'fine' holds no pictures, but string", image="fine", label="fine")


def test_a_split_is_chosen(tmp_path):
    for split, label in (("train", "a"), ("test", "b")):
        write_shard(tmp_path / f"mine/{split}-00000-of-00001.parquet", rows(label), None)
    assert ids(tmp_path, "parquet", split="test") == ["b/0.jpg"]
    refused(tmp_path, "parquet", "several splits: test, train")
    refused(tmp_path, "parquet", "no Parquet files whose names begin with 'val-'", split="val")


def test_shards_that_are_refused(tmp_path):
    write_shard(tmp_path / "mine/x.parquet", rows(0, -1), ["a"])
    refused(tmp_path, "parquet", "the row has no class, but -1")
    write_shard(tmp_path / "mine/x.parquet", rows(0, 1), ["a"])
    refused(tmp_path, "parquet", "the class 1 is none of the 1")
    write_shard(tmp_path / "mine/x.parquet", [{"image": {"bytes": None, "path": "gone.jpg"}, "label": 0}], ["a"])
    refused(tmp_path, "parquet", "the row names a file elsewhere")
    write_shard(tmp_path / "mine/x.parquet", rows(0), ["a"])
    write_shard(tmp_path / "mine/y.parquet", rows(0), ["b"])
    refused(tmp_path, "parquet", "other classes than the first")
    (tmp_path / "mine/y.parquet").write_bytes(b"PAR1")
    refused(tmp_path, "parquet", "the Parquet file cannot be read")
