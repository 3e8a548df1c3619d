from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
from pathlib import Path

import pytest
import yaml

from vitatlas.errors import UserError
from vitatlas.models.lock import Pin, read_lock, record


def pin(digit: str) -> Pin:
    return Pin(hub="timm/tiny", file="model.safetensors", revision="r", size=3, sha256=digit * 64)


def test_the_projects_lock_can_be_read(root: Path) -> None:
    pins = read_lock(root / "config" / "weights.lock")
    zoo = yaml.safe_load((root / "config" / "models.yaml").read_text())
    assert {name.partition(".text")[0] for name in pins} <= set(zoo["models"])


def test_entries_are_sorted_and_survive_a_round_trip(tmp_path: Path) -> None:
    for name in ("b", "a"):
        record(name, pin("1"), tmp_path / "lock")
    assert read_lock(tmp_path / "lock") == {"a": pin("1"), "b": pin("1")}
    text = (tmp_path / "lock").read_text()
    assert text.index("\na:") < text.index("\nb:")
    assert text.startswith("# ")


def test_an_entry_is_replaced_only_on_purpose(tmp_path: Path) -> None:
    record("a", pin("1"), tmp_path / "lock")
    with pytest.raises(UserError, match="not the locked ones"):
        record("a", pin("2"), tmp_path / "lock")
    assert read_lock(tmp_path / "lock") == {"a": pin("1")}
    record("a", pin("2"), tmp_path / "lock", replace=True)
    assert read_lock(tmp_path / "lock") == {"a": pin("2")}


def test_the_same_bytes_at_another_revision_are_no_conflict(tmp_path: Path) -> None:
    record("a", pin("1"), tmp_path / "lock")
    record("a", pin("1").model_copy(update={"revision": None}), tmp_path / "lock")
    assert read_lock(tmp_path / "lock")["a"].revision == "r"


@pytest.mark.parametrize(
    "text", ["a: {hub: x}", "- a", "a: [", "just text", "a: {hub: x, file: y, size: 1, sha256: 12}"]
)
def test_a_damaged_lock_is_an_error_not_an_empty_lock(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock").write_text(text)
    with pytest.raises(UserError, match="lock is damaged") as error:
        read_lock(tmp_path / "lock")
    assert str(tmp_path / "lock") in str(error.value)


def _record_many(prefix: str, lock: Path) -> None:
    for number in range(40):
        record(f"{prefix}{number}", pin("1"), lock)


def test_processes_that_record_at_once_lose_nothing(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_record_many, args=(prefix, tmp_path / "lock")) for prefix in ("a", "b")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(read_lock(tmp_path / "lock")) == 80


@pytest.mark.parametrize("refused", ["folders and files opened for reading", "everything"])
def test_network_file_systems_that_refuse_locks_do_not_keep_entries_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    def flock(handle: object, operation: int) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()  # type: ignore[attr-defined]
        if refused == "everything" or fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(fcntl, "flock", flock)
    lock = tmp_path / "config" / "weights.lock"
    for name in ("a", "b"):
        record(name, pin("1"), lock)
    assert set(read_lock(lock)) == {"a", "b"}
    assert [path.name for path in lock.parent.iterdir()] == ["weights.lock"]
