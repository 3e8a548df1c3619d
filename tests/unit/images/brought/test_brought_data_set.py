"""The section `data`, and what is said of data sets that are not there."""

import os
import subprocess
import sys

import pytest
from pydantic import TypeAdapter

from vitatlas.config.read import validate
from vitatlas.config.strict import Strict
from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSection, DataSet
from vitatlas.images.brought.known import KNOWN, published
from vitatlas.images.brought.missing import lacking, missing, without


class Tier(Strict):
    """A tier with nothing but the section."""

    data: DataSection


def data_set(**keys):
    return DataSet.model_validate({"place": "/nowhere/mine", **keys})


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({"kind": "folder", "place": "x"}, "key 'data.mine.kind'"),
        ({"kind": "folders"}, "the key 'data.mine.place' is missing"),
        ({"kind": "folders", "place": ""}, "key 'data.mine.place'"),
        ({"kind": "folders", "place": "x", "plase": "y"}, r"unknown key 'data\.mine\.plase'(.|\n)*mean 'place'"),
        (
            {"kind": "folders", "place": "x", "table": "t.csv"},
            "kind 'folders' has no key 'table'; it may have: check, c",
        ),
        ({"kind": "flat", "place": "x", "classes": "imagenet"}, "kind 'flat' has no key 'classes'"),
        ({"kind": "table", "place": "x"}, "needs the key 'table'; without classes, its kind is 'flat'"),
        ({"kind": "imagenet", "place": "x", "split": "test"}, "val or train, not 'test'"),
        ({"kind": "webdataset", "place": "x", "label": "json"}, "cls, txt or json.NAME, not 'json'"),
    ],
)
def test_entries_that_are_refused(entry, match):
    with pytest.raises(UserError, match=match):
        validate(Tier, {"data": {"mine": entry}}, "config/mine.yaml")


def test_a_name_must_be_a_files_name():
    with pytest.raises(UserError, match=r"key 'data\.a/b"):
        validate(Tier, {"data": {"a/b": {"kind": "flat", "place": "x"}}}, "config/mine.yaml")


def test_entries_are_written_without_what_is_at_its_default():
    kept = {"kind": "imagenet", "place": "$DATA/in", "split": "train"}
    assert TypeAdapter(DataSection).validate_python({"a": kept})["a"].model_dump() == kept


def test_imagenet_is_not_read_whole():
    assert not data_set(kind="imagenet").thorough and data_set(kind="imagenet", check="every").thorough
    assert data_set(kind="folders").thorough and not data_set(kind="folders", check="sample").thorough


def test_pictures_are_turned_where_nothing_was_drawn_on_them():
    kinds = ("imagenet", "imagenet_s", "waterbirds", "flat")
    assert [data_set(kind=kind).upright for kind in kinds] == [False, False, True, True]


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"kind": "imagenet"}, "imagenet_val"),
        ({"kind": "imagenet", "split": "train"}, "imagenet_train"),
        ({"kind": "imagenet_s"}, "imagenet_s"),
        ({"kind": "waterbirds"}, "waterbirds"),
    ],
)
def test_of_published_data_all_is_said(keys, name):
    said, known = missing("pets", data_set(**keys)), KNOWN[name]
    for part in ("data set 'pets' is not there: /nowhere/mine", "data.pets.place", *vars(known).values()):
        assert part in said
    assert published(data_set(**keys)) is known and lacking(name, {"pets": data_set(**keys)}) == said
    assert known.terms in lacking(name, {"others": data_set(kind="flat")})


def test_a_published_data_set_is_there_if_one_of_several_places_is(tmp_path):
    data = {"gone": data_set(kind="waterbirds"), "here": data_set(kind="waterbirds", place=str(tmp_path))}
    assert lacking("waterbirds", data) is None
    with pytest.raises(UserError, match="imagenet_val"):
        lacking("imagenet", data)


def test_of_own_data_the_place_is_said(tmp_path):
    said = missing("pets", data_set(kind="folders"))
    assert "/nowhere/mine does not exist" in said and "terms" not in said
    assert missing("pets", data_set(kind="folders", place=str(tmp_path))) is None


@pytest.mark.parametrize(
    ("kind", "key", "name"),
    [("table", "table", "list.csv"), ("imagenet", "ground_truth", "truth.txt"), ("imagenet", "boxes", "boxes")],
)
def test_files_beside_the_pictures_are_looked_for_too(tmp_path, kind, key, name):
    entry = data_set(kind=kind, place=str(tmp_path), **{key: str(tmp_path / name)})
    assert f"{tmp_path / name} does not exist (key 'data.pets.{key}')" in missing("pets", entry)
    (tmp_path / name).touch()
    assert missing("pets", entry) is None


def test_each_data_set_is_missed_by_itself(tmp_path):
    data = {"here": data_set(kind="flat", place=str(tmp_path)), "gone": data_set(kind="waterbirds")}
    assert list(without(data)) == ["gone"]


def test_the_section_needs_no_large_package():
    program = "import sys, vitatlas.images.brought.missing, vitatlas.images.brought.spec; print(*sys.modules)"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | path, capture_output=True, text=True, check=True
    )
    assert {"torch", "pandas", "pyarrow", "PIL"}.isdisjoint(done.stdout.split())
