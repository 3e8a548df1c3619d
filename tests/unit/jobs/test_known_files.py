"""What is known of files: never older than the files."""

import json
import os
from pathlib import Path

import pytest

from vitatlas.jobs.known_files import PLACE, KnownFiles


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".snakemake").mkdir()
    (tmp_path / "reader.py").write_text("version = 1\n")
    (tmp_path / "file.py").write_text("x = 1\n")
    return tmp_path


def looked_at(project: Path, *, expected: str, read: bool) -> None:
    """Check what a new run finds of the file, and whether it had to read it."""
    times: list[str] = []

    def content() -> list[str]:
        times.append("read")
        return [path.read_text()]

    path = project / "file.py"
    known = KnownFiles(project / PLACE, project / "reader.py")
    assert known.of("file", path, content) == [expected]
    assert known.of("file", path, content) == [expected]
    assert len(times) == read
    known.save()


def test_a_file_is_read_once_and_again_when_it_differs(project):
    looked_at(project, expected="x = 1\n", read=True)
    looked_at(project, expected="x = 1\n", read=False)
    (project / "file.py").write_text("x = 23\n")
    looked_at(project, expected="x = 23\n", read=True)


def test_an_edit_of_the_same_length_and_time_is_noticed(project):
    looked_at(project, expected="x = 1\n", read=True)
    times = (project / "file.py").stat()
    (project / "file.py").write_text("x = 2\n")
    os.utime(project / "file.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    looked_at(project, expected="x = 2\n", read=True)


def test_another_file_in_its_place_is_noticed(project):
    looked_at(project, expected="x = 1\n", read=True)
    (project / "other.py").write_text("x = 9\n")
    (project / "other.py").replace(project / "file.py")
    looked_at(project, expected="x = 9\n", read=True)


def test_an_edit_of_the_reader_makes_all_of_it_void(project):
    looked_at(project, expected="x = 1\n", read=True)
    (project / "reader.py").write_text("version = 2\n")
    looked_at(project, expected="x = 1\n", read=True)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', "\0", json.dumps({"files": {}})])
def test_a_damaged_store_is_no_store(project, content):
    looked_at(project, expected="x = 1\n", read=True)
    (project / PLACE).write_text(content)
    looked_at(project, expected="x = 1\n", read=True)


def test_where_nothing_can_be_kept_files_are_read(project):
    (project / ".snakemake").rmdir()
    looked_at(project, expected="x = 1\n", read=True)
    looked_at(project, expected="x = 1\n", read=True)
    assert not (project / ".snakemake").exists()
