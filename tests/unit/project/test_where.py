"""Where the workflow runs, and full disks on which not even a log fits."""

import errno
import os
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.project import where
from vitatlas.project.where import check_folder, check_writable, say_what_keeps_logs_away


def test_the_projects_folder_is_the_same_by_any_name(tmp_path, monkeypatch):
    (tmp_path / "house").mkdir()
    (tmp_path / "link").symlink_to("house")
    for name in ("house", "link"):
        monkeypatch.chdir(tmp_path / name)
        check_folder(tmp_path / "house")
        check_folder(tmp_path / "link")


def test_another_folder_is_refused_with_the_way_to_the_right_one(tmp_path):
    with pytest.raises(UserError, match=f"own folder only[\\s\\S]*--directory {tmp_path}"):
        check_folder(tmp_path)


class Full:
    """A file on a disk with so much room."""

    def __init__(self, room: int | None, number: int):
        self.room, self.number = room, number

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def write(self, content: bytes) -> int:
        if self.room is None:
            raise OSError(self.number, os.strerror(self.number))
        return min(self.room, len(content))


@pytest.mark.parametrize(
    ("room", "number", "words"),
    [
        (0, 0, "disk is full"),
        (4096, 0, "disk is full"),
        (None, errno.EDQUOT, "quota"),
        (None, errno.EROFS, "read-only"),
    ],
)
def test_a_disk_on_which_no_log_fits_is_named_after_a_failure(tmp_path, monkeypatch, capsys, room, number, words):
    monkeypatch.setattr(where, "TemporaryFile", lambda dir, buffering: Full(room, number))
    with pytest.raises(UserError, match=words):
        check_writable(tmp_path)
    say_what_keeps_logs_away(tmp_path)
    said = capsys.readouterr().err
    assert words in said and str(tmp_path) in said and "remedy" in said


def test_where_logs_fit_nothing_is_said(tmp_path, capsys):
    say_what_keeps_logs_away(tmp_path, tmp_path / "absent", Path("/dev/null"))
    assert capsys.readouterr().err == "" and list(tmp_path.iterdir()) == []
