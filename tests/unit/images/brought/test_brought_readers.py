"""What each layout may look like, and what is refused with a remedy: folders, tar files, tables."""

import os
import tarfile
import unicodedata

import pandas as pd
import pytest
from brought_pictures import index_of, photo, saved, write_tar

from vitatlas.errors import UserError

JPEG = saved(photo(0))


def write(folder, *names):
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(saved(photo(number)) if not name.endswith((".txt", ".db", ".xml")) else b"no picture")


def ids(tmp_path, kind, **keys):
    data_set = {"kind": kind, "place": str(tmp_path / "mine"), **keys}
    return index_of(data_set, tmp_path / "index.parquet").table["id"].to_pylist()


def refused(tmp_path, kind, match, **keys):
    with pytest.raises(UserError, match=match) as caught:
        ids(tmp_path, kind, **keys)
    assert caught.value.where and caught.value.remedy


# Folders


def test_hidden_files_other_files_and_nested_folders(tmp_path, capsys):
    write(tmp_path / "mine", "a/1.jpg", "a/.DS_Store", "a/._1.jpg", "b/Thumbs.db", ".git/x/2.jpg", "__MACOSX/a/3.jpg")
    write(tmp_path / "mine", "b/old/1.JPG", "b/deep/er/2.jpeg", "b/notes.txt", "readme.txt", "b/b/1.jpg")
    assert ids(tmp_path, "folders") == ["a/1.jpg", "b/b/1.jpg", "b/deep/er/2.jpeg", "b/old/1.JPG"]
    assert "note: left out, since they are no pictures: 2 .txt" in capsys.readouterr().err


def test_labels_are_of_names_and_numbers_count_as_numbers(tmp_path):
    write(tmp_path / "mine", *(f"{name}/x.jpg" for name in ("10", "9", "100")))
    index = index_of({"kind": "folders", "place": str(tmp_path / "mine")}, tmp_path / "index.parquet")
    assert index.classes == ("9", "10", "100") and index.table["label"].to_pylist() == [1, 2, 0]


def test_links_are_followed(tmp_path):
    write(tmp_path / "elsewhere", "1.jpg", "more/2.jpg")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/a").symlink_to(tmp_path / "elsewhere")
    write(tmp_path / "mine", "b/1.jpg")
    (tmp_path / "mine/b/2.jpg").symlink_to(tmp_path / "elsewhere/1.jpg")
    assert ids(tmp_path, "folders") == ["a/1.jpg", "a/more/2.jpg", "b/1.jpg", "b/2.jpg"]


def test_a_link_that_leads_nowhere(tmp_path):
    write(tmp_path / "mine", "a/1.jpg")
    (tmp_path / "mine/a/2.jpg").symlink_to(tmp_path / "gone.jpg")
    refused(tmp_path, "folders", r"the link '2\.jpg' leads nowhere")


def test_folders_in_a_circle(tmp_path):
    write(tmp_path / "mine", "a/1.jpg")
    (tmp_path / "mine/a/back").symlink_to(tmp_path / "mine")
    refused(tmp_path, "folders", "in a circle")


def test_one_letter_in_two_forms_of_unicode_is_one_name(tmp_path):
    for form in ("NFC", "NFD"):
        write(tmp_path / "mine", unicodedata.normalize(form, "Käfer/ü.jpg"))
    refused(tmp_path, "folders", r"1 ids are those of several pictures, the first is 'Käfer/ü\.jpg'")


def test_a_name_that_is_no_text(tmp_path):
    write(tmp_path / "mine", "a/1.jpg")
    with open(os.path.join(os.fsencode(tmp_path / "mine/a"), b"\xff.jpg"), "wb") as file:  # noqa: PTH118, PTH123
        file.write(JPEG)
    refused(tmp_path, "folders", "not in UTF-8")


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (["a/1.jpg", "2.jpg"], r"1 pictures lie in no class folder \('2\.jpg'\)"),
        (["a/1.jpg", "b/x.txt"], "1 class folders hold no pictures: b"),
        (["train/a/1.jpg", "val/a/1.jpg"], "train, val are parts of a data set"),
        (["a/1.heic.txt"], r"no pictures were found; there are 1 \.txt"),
    ],
)
def test_folders_that_are_refused(tmp_path, names, match):
    write(tmp_path / "mine", *names)
    refused(tmp_path, "folders", match)


def test_pictures_without_classes(tmp_path):
    write(tmp_path / "mine", *(f"{number:03d}.jpg" for number in range(5)), "more/x y.jpg")
    index = index_of({"kind": "flat", "place": str(tmp_path / "mine")}, tmp_path / "index.parquet")
    assert index.table["id"].to_pylist() == [*(f"{number:03d}.jpg" for number in range(5)), "more/x y.jpg"]
    assert set(index.table["class_id"].to_pylist()) == {None} and set(index.table["label"].to_pylist()) == {-1}
    assert index.classes == ()


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match=r"'mine' is not there: .*mine does not exist \(key 'data\.mine\.place'"):
        ids(tmp_path, "folders")


# Tar files


def test_a_tar_file_of_a_folder_and_tar_files_of_classes(tmp_path, capsys):
    write_tar(tmp_path / "mine", [("all/a/1.jpg", JPEG), ("all/b/1.jpg", JPEG), ("all/b/._1.jpg", b"")])
    assert ids(tmp_path, "tars") == ["a/1.jpg", "b/1.jpg"]
    assert "the folder 'all/'" in capsys.readouterr().err
    (tmp_path / "mine").unlink()
    for name in ("a", "b"):
        write_tar(tmp_path / f"mine/{name}.tar", [("1.jpg", JPEG)])
    assert ids(tmp_path, "tars") == ["a/1.jpg", "b/1.jpg"]


@pytest.mark.parametrize(
    ("members", "match"),
    [
        (["1.jpg"], "1 pictures lie in no folder of the tar file"),
        (["../a/1.jpg"], r"the path '\.\./a/1\.jpg' leads out of the tar file"),
        (["/a/1.jpg"], "leads out of the tar file"),
        (["a/notes.txt"], r"no pictures were found; there are 1 \.txt"),
        (["train/1.jpg"], "train are parts of a data set"),
    ],
)
def test_tar_files_that_are_refused(tmp_path, members, match):
    write_tar(tmp_path / "mine/x.tar", [(name, JPEG) for name in members])
    refused(tmp_path, "tars", match)


def test_nothing_is_unpacked(tmp_path):
    write_tar(tmp_path / "mine/x.tar", [("a/1.jpg", JPEG)])
    ids(tmp_path, "tars")
    assert {path.name for path in tmp_path.rglob("*")} == {"mine", "x.tar", "index.parquet"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.GNUTYPE_SPARSE])
def test_members_whose_bytes_are_elsewhere_are_refused(tmp_path, kind):
    (tmp_path / "mine").mkdir()
    with tarfile.open(tmp_path / "mine/x.tar", "w") as tar:
        info = tarfile.TarInfo("a/1.jpg")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    refused(tmp_path, "tars", r"'a/1\.jpg' is a link")


@pytest.mark.parametrize("cut", [2000, 2048], ids=["in a header", "between members"])
def test_tar_files_that_are_cut_off(tmp_path, cut):
    write_tar(tmp_path / "mine/x.tar", [(f"a/{number}.jpg", bytes(512)) for number in range(9)])
    data = (tmp_path / "mine/x.tar").read_bytes()
    (tmp_path / "mine/x.tar").write_bytes(data[:cut])
    refused(tmp_path, "tars", "cannot be read: unexpected end of data")


def test_what_is_no_tar_file_or_a_compressed_one(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x.tar").write_bytes(b"no tar file" * 100)
    refused(tmp_path, "tars", "the tar file cannot be read")
    (tmp_path / "mine/x.tar").rename(tmp_path / "mine/x.tar.gz")
    refused(tmp_path, "tars", r"'x\.tar\.gz' is compressed")
    (tmp_path / "mine/x.tar.gz").unlink()
    refused(tmp_path, "tars", "no tar files were found")


# A table


def test_a_table_keeps_what_it_says(tmp_path):
    write(tmp_path / "mine", "1.jpg", "2.jpg", "sub/3.jpg")
    content = "file,class,group,split\n./2.jpg,007,g1,train\n1.jpg,NA,,test\nsub/3.jpg,007,g2,test\n"
    (tmp_path / "mine/list.csv").write_text(content)
    data_set = {"kind": "table", "place": str(tmp_path / "mine"), "table": "list.csv"}
    table = index_of(data_set, tmp_path / "index.parquet").table.to_pandas()
    assert list(table["id"]) == ["007/2.jpg", "007/sub/3.jpg", "NA/1.jpg"]
    assert list(table["split"]) == ["train", "test", "test"] and list(table["group"][:2]) == ["g1", "g2"]
    assert pd.isna(table["group"][2])


def test_a_parquet_table(tmp_path):
    write(tmp_path / "mine", "1.jpg", "2.jpg")
    pd.DataFrame({"name": ["1.jpg", "2.jpg"], "kind": [5, 12]}).to_parquet(tmp_path / "mine/list.parquet")
    assert ids(tmp_path, "table", table="list.parquet", image="name", label="kind") == ["12/2.jpg", "5/1.jpg"]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("name,class\n1.jpg,a\n", "the table has no column 'file'; it has: name, class"),
        ("file,class\n1.jpg,a\n1.jpg,\n", "row 1 has no 'class'"),
        ("file,class\n1.jpg,a\n1.jpg,a\n", "1 ids are those of several pictures"),
        ("file,class\n/tmp/1.jpg,a\n", "not named relative"),
        ("file,class\n../1.jpg,a\n", "not named relative"),
        ("file,class\n9.jpg,a\n", "cannot be read: .*No such file"),
        ("file,class\n", "no pictures were found"),
        ('file,class\n"1.jpg,a\n', "the table cannot be read"),
    ],
)
def test_tables_that_are_refused(tmp_path, content, match):
    write(tmp_path / "mine", "1.jpg")
    (tmp_path / "mine/list.csv").write_text(content)
    refused(tmp_path, "table", match, table="list.csv")
