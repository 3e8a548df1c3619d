"""Finished images in the cache, from where checkouts get them: building the same image twice is a waste.

`<cache>/images/<name>-<accelerator>-<base>-<key>.sif`, with the record (`.json`) and the bill of materials
(`.sbom.json`) beside it.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from vitatlas.containers.images import BASES, Record, path_of, record_of
from vitatlas.jobs.files import atomic, sha256
from vitatlas.project.environment import default_cache

DAY = 24 * 3600
ENDINGS = (".sif", ".sbom.json", ".json")
"""In the order in which files appear: an image counts once its record is there."""


def folder() -> Path:
    """The part of the cache that holds images."""
    return default_cache() / "images"


def stored(name: str, accelerator: str, base: str, key: str) -> Path:
    """Where the cache holds an image."""
    return folder() / f"{name}-{accelerator}-{base}-{key}.sif"


def find(name: str, accelerator: str, base: str | None, key: str) -> Path | None:
    """An undamaged image in the cache, made from any base unless one is named; none if there is none."""
    for origin in BASES if base is None else (base,):
        image = stored(name, accelerator, origin, key)
        record = record_of(image)
        if record and image.is_file() and record.bytes == image.stat().st_size and record.sha256 == sha256(image):
            return image
    return None


def publish(image: Path, root: Path, name: str) -> Record:
    """Put an image of the cache, and what lies beside it, into the project; return its record."""
    place = path_of(root, name)
    for ending in ENDINGS:
        source, target = image.with_suffix(ending), place.with_suffix(ending)
        if source.is_file():
            with atomic(target) as part:
                _link(source, part)
    record = record_of(place)
    assert record is not None, f"{place} has no record"
    return record


def sweep() -> None:
    """Remove what builds that were killed left in the cache: parts that nothing was written to for a day."""
    for part in folder().glob(".*.part*"):
        if time.time() - part.stat().st_mtime > DAY:
            part.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    """A hard link, which takes no space; a copy where the cache is on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
