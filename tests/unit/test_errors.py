"""Errors that users read."""

import errno
import shutil
from types import SimpleNamespace

import pytest

from vitatlas.errors import SectionError, UserError, explained, explaining, keys_below


def test_keys_are_named_below_the_paper_that_asked():
    @keys_below("features")
    def job(name: str) -> None:
        raise SectionError(f"no {name}", section="looks", where="{a file}", remedy="correct {section}.a or {section}.b")

    with pytest.raises(UserError) as caught:
        job("{a}")
    assert str(caught.value) == "no {a}\n  where:  {a file}\n  remedy: correct features.looks.a or features.looks.b"


def test_without_a_paper_keys_begin_with_their_section():
    error = SectionError("no", section="looks", where="key '{section}.a'", remedy="x")
    assert (error.where, error.remedy) == ("key 'looks.a'", "x")


def test_other_errors_stay_as_they_are():
    with pytest.raises(UserError, match=r"^no$") as caught, keys_below("features"):
        raise UserError("no")
    assert not isinstance(caught.value, SectionError)


@pytest.mark.parametrize(
    ("error", "words", "place"),
    [
        (OSError(errno.ENOSPC, "x"), "disk is full", "out/table"),
        (OSError(errno.ENOSPC, "x", "read.bin"), "disk is full", "out/table"),
        (OSError(errno.EDQUOT, "x"), "quota", "out/table"),
        (OSError(errno.EROFS, "x", "made"), "read-only", "out/table"),
        (PermissionError(errno.EACCES, "x", "secret.csv"), "not allowed", "secret.csv"),
        (PermissionError(errno.EPERM, "x"), "not allowed", "out/table"),
        (IsADirectoryError(errno.EISDIR, "x", "folder"), "folder is where a file", "folder"),
        (OSError(errno.EIO, "x", "far"), "does not answer", "far"),
        (OSError(errno.ESTALE, "x", "far"), "lost the file", "far"),
        (OSError(errno.ENAMETOOLONG, "x", "long"), "too long", "long"),
        (ValueError("Error while serializing: I/O error: no space (os error 28)"), "disk is full", "out/table"),
        (RuntimeError("cannot open: permission (os error 13)"), "not allowed", "out/table"),
    ],
)
def test_what_the_system_refuses_is_said_with_place_and_remedy(error, words, place):
    said = explained(error, "out/table")
    assert said is not None and words in said.problem
    assert str(said.where) == place and said.remedy


@pytest.mark.parametrize("error", [ValueError("no"), OSError("no number"), KeyError("os"), RuntimeError("error 28")])
def test_errors_of_other_kinds_are_left_alone(error, tmp_path):
    assert explained(error, tmp_path / "table") is None
    with pytest.raises(type(error)), explaining(tmp_path / "table"):
        raise error


@pytest.mark.parametrize("message", ["unexpected pos 576 vs 534", "1000000 requested and 262112 written"])
def test_where_a_library_keeps_the_cause_to_itself_the_disk_is_asked(message, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=512))
    with pytest.raises(UserError, match=r"disk is full[\s\S]*table"), explaining(tmp_path / "table"):
        raise RuntimeError(message)
