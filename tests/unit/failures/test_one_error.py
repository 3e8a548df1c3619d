"""The last word of a program that failed."""

import errno
import sys
from pathlib import Path

import pytest

from vitatlas.errors import UserError
from vitatlas.failures.report import one_error


class OutOfMemoryError(RuntimeError):
    """As torch names its own."""


def ended(capsys, error, keep, look=None):
    """What is said about an error, and with which status the process ends."""
    with pytest.raises(SystemExit) as stop, one_error("drawing a.png", keep, look):
        raise error
    return capsys.readouterr().err, stop.value.code


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UserError("no such model", remedy="take another"), "no such model"),
        (OSError(errno.ENOSPC, "No space left on device", "/full/a.png"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "results/b.csv"), "results/b.csv"),
        (FileNotFoundError(errno.ENOENT, "No such file", "data/c"), "data/c"),
        (MemoryError(), "memory is full"),
        (OutOfMemoryError("CUDA out of memory. Tried to allocate"), "memory of the GPU is full"),
        (ModuleNotFoundError("No module named 'timm'", name="timm.layers"), "'timm' is not installed"),
    ],
)
def test_a_known_cause_is_a_sentence_with_a_remedy(capsys, tmp_path, error, words):
    said, status = ended(capsys, error, tmp_path / "trace.txt")
    assert said.startswith("error: ") and words in said and "remedy:" in said and "Traceback" not in said
    assert status == 1 and not (tmp_path / "trace.txt").exists()


@pytest.mark.parametrize(
    "error", [RuntimeError("shape [3]\nat::native"), KeyError("x"), RecursionError(), OSError("odd")]
)
def test_an_unknown_cause_is_one_line_and_a_file_with_the_rest(capsys, tmp_path, error):
    said, status = ended(capsys, error, tmp_path / "deep/trace.txt")
    problem, where, remedy = said.splitlines()
    assert problem.startswith(f"error: drawing a.png failed: {type(error).__name__}")
    assert where.endswith(str(tmp_path / "deep/trace.txt")) and "when-it-fails.md" in remedy and status == 1
    assert (tmp_path / "deep/trace.txt").read_text().startswith("Traceback")


def test_the_traceback_goes_where_there_is_room(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said, _ = ended(capsys, ValueError("x"), tmp_path / "file/trace.txt")
    kept = Path(said.splitlines()[1].split()[-1])
    assert kept.parent == tmp_path and "ValueError: x" in kept.read_text()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    said, _ = ended(capsys, ValueError("x"), tmp_path / "file/trace.txt")
    assert "test_one_error.py, line" in said and "no disk takes" in said


def test_a_traceback_of_before_does_not_stay(tmp_path):
    keep = tmp_path / "trace.txt"
    keep.write_text("old")
    with one_error("x", keep):
        pass
    assert not keep.exists()


def test_a_cause_that_is_looked_for_is_told(capsys, tmp_path):
    said, _ = ended(capsys, ValueError("x"), tmp_path / "t", lambda: UserError("the input is damaged", where="in.csv"))
    assert said.startswith("error: the input is damaged") and "in.csv" in said
    said, _ = ended(capsys, ValueError("x"), tmp_path / "t", lambda: 1 / 0)
    assert "ValueError: x" in said and "ZeroDivisionError" not in said


def test_the_keyboard_and_a_status_of_its_own(capsys, tmp_path):
    said, status = ended(capsys, KeyboardInterrupt(), tmp_path / "t")
    assert said == "stopped by the keyboard: drawing a.png\n" and status == 130
    said, status = ended(capsys, SystemExit(75), tmp_path / "t")
    assert said == "" and status == 75


def test_a_log_that_takes_no_more_is_no_second_error(tmp_path, monkeypatch):
    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    with pytest.raises(SystemExit), one_error("x", tmp_path / "t"):
        raise UserError("x")
