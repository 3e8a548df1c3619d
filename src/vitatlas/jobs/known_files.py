"""Findings about files that were read, kept between runs: a start of Snakemake reads a thousand programs.

A file is read anew when its time, its time of change of any kind, its size or its place on the disk differ: what is
kept is never older than the file. What is kept counts for one version of Python and of the program that reads.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

PLACE = ".snakemake/vitatlas-files.json"


class KnownFiles:
    """The findings about files of one project.

    Args:
        place: The file that keeps it; where its folder is not there, nothing is kept.
        reader: The program that reads, whose edits make all of it count no more.
    """

    def __init__(self, place: Path, reader: Path):
        self._place = place
        self._version = hashlib.sha256(sys.version.encode() + reader.read_bytes()).hexdigest()
        self._known = self._load()
        self._grown = False

    def of(self, key: str, path: Path, read: Callable[[], Any]) -> Any:
        """The finding that `read` gives of a file, as JSON keeps it.

        Args:
            key: Under what it is kept.
            path: The file.
            read: Reads it.
        """
        found = path.stat()
        state = [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]
        kept = self._known.get(key)
        if kept is not None and kept[0] == state:
            return kept[1]
        value = read()
        self._known[key] = [state, value]
        if not self._grown:
            self._grown = True
            atexit.register(self.save)
        return value

    def save(self) -> None:
        """Keep it for the next run. Where that is not possible, the next run reads the files."""
        part = self._place.with_name(f"{self._place.name}.{os.getpid()}")
        with suppress(OSError):
            if self._place.parent.is_dir():
                part.write_text(json.dumps({"version": self._version, "files": self._known}))
                part.replace(self._place)
        with suppress(OSError):
            part.unlink(missing_ok=True)

    def _load(self) -> dict[str, Any]:
        try:
            content = json.loads(self._place.read_text())
            return dict(content["files"]) if content["version"] == self._version else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}


@cache
def known_files(root: Path, reader: Path) -> KnownFiles:
    """The findings about files of the project in `root`."""
    return KnownFiles(root / PLACE, reader)
