"""Files that appear complete or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vitatlas.jobs.seal import seal


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a hidden neighbour of `path` to write to; rename it into place when the block succeeds.

    The neighbour keeps the suffix of `path`, since many writers choose their format by it.
    It is removed when the block raises, so a failed write leaves nothing behind. A record inside the file gets the
    digest of the file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        if part.is_file():
            seal(part)
            part.chmod(0o666 & ~_umask())  # some writers make files that nobody else may read
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


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
    """The hexadecimal SHA-256 of a file's content."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
