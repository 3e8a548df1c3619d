"""Disk space that a build needs, looked at before it starts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vitatlas.containers.failures import OTHER_DISKS
from vitatlas.errors import UserError

GIB = 2**30


def check_space(needs: dict[Path, float]) -> None:
    """Stop unless the disks have room.

    Args:
        needs: What will be written, in GiB, by folder. Needs on the same disk add up.

    Raises:
        UserError: A disk has too little left; names the folders on it.
    """
    disks: dict[int, dict[Path, float]] = defaultdict(dict)
    for folder, size in needs.items():
        disks[_existing(folder).stat().st_dev][folder] = size
    for folders in disks.values():
        first = next(iter(folders))
        free, needed = shutil.disk_usage(_existing(first)).free / GIB, sum(folders.values())
        if free < needed:
            raise UserError(
                f"too little disk space to build the images: {needed:.1f} GiB needed, {free:.1f} GiB free",
                where=", ".join(map(str, folders)),
                remedy=OTHER_DISKS,
            )


def temporary() -> Path:
    """Where builds unpack: as Apptainer chooses."""
    names = ("APPTAINER_TMPDIR", "SINGULARITY_TMPDIR", "TMPDIR")
    return Path(next(filter(None, map(os.environ.get, names)), "/tmp"))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for what a build unpacks, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="vit-atlas-build-", dir=temporary()))
    try:
        yield folder
    finally:
        # Never delete through a mount: folders of this machine are mounted below while a build runs.
        if str(folder) not in Path("/proc/self/mountinfo").read_text():
            shutil.rmtree(folder, ignore_errors=True)


def _existing(folder: Path) -> Path:
    return next(above for above in (folder, *folder.resolve().parents) if above.exists())
