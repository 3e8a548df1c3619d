"""Files that appear complete or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from vitatlas.errors import UserError, explaining
from vitatlas.jobs.seal import seal


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a hidden neighbour of `path` to write to; rename it into place when the block succeeds.

    The neighbour keeps the suffix of `path`, since many writers choose their format by it.
    It is removed when the block raises, so a failed write leaves nothing behind. A record inside the file gets the
    digest of the file.

    Raises:
        UserError: The system refuses: a full disk, a folder that the user may not write to, …
    """
    path = Path(path)
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    with explaining(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with explaining(path):
            yield part
            if part.is_file():
                seal(part)
                part.chmod(0o666 & ~_umask())  # some writers make files that nobody else may read
            part.replace(path)
    finally:
        with suppress(PermissionError):  # where it could not be made, there is none
            part.unlink(missing_ok=True)


def check_space(path: str | Path, size: int) -> None:
    """Check that a file fits the disk, before it is mapped: a process that writes to a mapped file is killed where the
    disk is full, and says nothing.

    Args:
        path: The file; its folder exists.
        size: In bytes.

    Raises:
        UserError: It does not fit.
    """
    free = shutil.disk_usage(Path(path).parent).free
    if free < size:
        raise UserError(
            f"the disk has {free / 1e6:.0f} MB left, and the file takes {size / 1e6:.0f} MB",
            where=path,
            remedy="free space there, or move the folder to a larger disk and leave a symbolic link in its place",
        )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: str | Path, text: str) -> None:
    """Write UTF-8 `text` to `path` atomically."""
    with atomic(path) as part:
        part.write_text(text, encoding="utf-8")


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented JSON with sorted keys, atomically."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True) + "\n")


def sha256(path: str | Path) -> str:
    """The hexadecimal SHA-256 of a file's content.

    Raises:
        UserError: The file cannot be read.
    """
    with explaining(), Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
