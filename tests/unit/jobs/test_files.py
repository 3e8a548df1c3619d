"""Files that appear complete or not at all."""

import errno
import os
import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.files import atomic, check_space, sha256


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640)])
def test_a_file_may_be_read_by_whom_the_user_lets_read(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        with atomic(tmp_path / "table") as part:
            part.touch(mode=0o600)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "table").stat().st_mode) == mode


def test_what_failed_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), atomic(tmp_path / "table") as part:
        part.write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, number):
    with pytest.raises(UserError, match=r"table[\s\S]*remedy"), atomic(tmp_path / "table") as part:
        part.write_text("half")
        raise OSError(number, "no")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "results").write_text("a file in the way")
    with pytest.raises(UserError, match=r"file is where a folder[\s\S]*results"), atomic(tmp_path / "results/a/table"):
        pass


def test_what_does_not_fit_the_disk_is_said_before_it_is_mapped(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=2_000_000))
    check_space(tmp_path / "array.npy", 1_999_999)
    with pytest.raises(UserError, match=r"2 MB left, and the file takes 3 MB[\s\S]*array\.npy"):
        check_space(tmp_path / "array.npy", 3_000_000)


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(errno.EACCES, "no", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match=r"not allowed[\s\S]*secret"):
        sha256(tmp_path / "secret")
