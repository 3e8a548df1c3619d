"""Where the workflow runs, and what of that keeps jobs from saying what is wrong."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from vitatlas.errors import UserError, explained

PROBE = 64 * 1024  # bytes that a log and Snakemake's own notes need to fit


def check_folder(root: Path) -> None:
    """Check that the workflow runs in its own folder, to which all its paths are relative.

    Raises:
        UserError: The working directory is another.
    """
    here = Path.cwd()
    if here.resolve() != root.resolve():
        raise UserError(
            "the workflow runs in its own folder only: its files are named relative to it",
            where=f"working directory {here}",
            remedy=f"cd {root}, or add --directory {root}; for results on another disk make results/ a symbolic link",
        )


def check_writable(*folders: Path) -> None:
    """Check that a log fits into each folder that exists.

    Raises:
        UserError: The disk is full, or the user may not write there.
    """
    for folder in folders:
        if not folder.is_dir():
            continue
        try:
            with TemporaryFile(dir=folder, buffering=0) as probe:
                if probe.write(b"\0" * PROBE) < PROBE:
                    raise OSError(errno.ENOSPC, "no space")
        except OSError as error:
            error.filename = None  # that of the probe
            raise explained(error, folder) or error from error


def say_what_keeps_logs_away(*folders: Path) -> None:
    """After a failure: say if the disk is full, in which case the failed job's log may be empty."""
    try:
        check_writable(*folders)
    except UserError as error:
        with suppress(OSError):
            print(f"error: {error}", file=sys.stderr, flush=True)
