"""Pictures as they are named on a command line."""

import pytest
from brought_pictures import photo, saved

from vitatlas.commands.own.data import data_set_of
from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet

KNOWN = {"birds": DataSet(kind="flat", place="/birds")}


def folder(path, *names):
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(saved(photo(0)) if "." in name else b"")
    return str(path)


def test_a_data_set_of_the_configuration_is_taken_as_it_is():
    assert data_set_of("birds", KNOWN) == ("birds", None)


@pytest.mark.parametrize(
    ("names", "kind"),
    [(["1.jpg", "2.png"], "flat"), (["a/1.jpg", "b/2.jpg"], "folders"), (["1.jpg", "a/2.jpg"], "flat")],
)
def test_the_kind_of_a_folder_is_found(tmp_path, names, kind):
    name, found = data_set_of(folder(tmp_path / "My birds", *names), KNOWN)
    assert name == "own-My-birds" and (found.kind, found.place) == (kind, str(tmp_path / "My birds"))


def test_a_folder_with_the_name_of_a_data_set_is_another_one(tmp_path):
    assert data_set_of(folder(tmp_path / "birds", "1.jpg"), KNOWN)[0] == "own-birds"


def test_a_folder_that_is_not_there_is_named_with_the_data_sets_that_are():
    with pytest.raises(UserError, match=r"no folder '/gone'.*\(there are: birds\)"):
        data_set_of("/gone", KNOWN)


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(UserError, match="no pictures in this folder"):
        data_set_of(folder(tmp_path, "notes", "a/more"), KNOWN)
