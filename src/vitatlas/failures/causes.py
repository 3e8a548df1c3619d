"""Failures of the system and of libraries whose cause is known, each in a sentence with the remedy."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from vitatlas.errors import UserError

_FULL = "make room there, or name another disk (TMPDIR for temporary files, key 'cache' in config/site.yaml for caches)"
_RIGHTS = "give yourself the rights (ls -l shows them), or work in a copy of the project that is yours"
_SYSTEM: Mapping[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", _FULL),
    errno.EDQUOT: ("your share of the disk is used up", _FULL),
    errno.EACCES: ("you have no right to read or write this", _RIGHTS),
    errno.EPERM: ("you have no right to do this", _RIGHTS),
    errno.EROFS: ("this file system can only be read", "work in a copy of the project on a disk that can be written"),
    errno.ENOENT: ("this is not there", "look whether the path is right, or make the file first: snakemake PATH"),
    errno.ENOTDIR: ("a part of this path is a file, not a folder", "correct the path, or move the file away"),
    errno.EISDIR: ("this is a folder, not a file", "name the file"),
    errno.ENAMETOOLONG: ("this name is too long for the file system", "work in a folder with a shorter path"),
    errno.EMFILE: ("too many files are open", "allow more (ulimit -n), or run fewer jobs at once (--cores)"),
    errno.EIO: ("the disk cannot be read or written", "look at the disk, or work on another one"),
    errno.ESTALE: ("the file server has lost this file", "start again; if it comes back, work on another disk"),
    errno.ENOTEMPTY: ("the folder holds files that somebody else just wrote", "start again, once alone"),
    errno.ENOLCK: ("the file system knows no locks", "work on another disk"),
    errno.ETIMEDOUT: ("nobody answered in time", "look at the network, and start again"),
    errno.ECONNREFUSED: ("the connection was refused", "look at the network, and start again"),
}
_MEMORY = UserError(
    "the memory is full",
    remedy="give the job more (--set-resources RULE:mem_mb=…), run fewer at once (--cores), or make batches smaller",
)
_GPU_MEMORY = UserError(
    "the memory of the GPU is full",
    remedy="let fewer jobs share it (key 'gpu_memory_mb' of the tier's file), or make batches smaller",
)


def known(error: BaseException) -> UserError | None:
    """The error that a user is meant to read; None where nobody knows the cause."""
    if isinstance(error, UserError):
        return error
    if isinstance(error, MemoryError):
        return _MEMORY
    if type(error).__name__ == "OutOfMemoryError":  # torch's, which is not imported for this
        return _GPU_MEMORY
    if isinstance(error, ModuleNotFoundError):
        return _missing(error)
    if isinstance(error, OSError):
        return _of_system(error)
    return None


def _missing(error: ModuleNotFoundError) -> UserError | None:
    name = (error.name or "").partition(".")[0]
    if not name or name == "vitatlas":
        return None
    problem = f"the library '{name}' is not installed where this runs"
    return UserError(problem, remedy="run in the project's environment (make environment), or in its containers")


def _of_system(error: OSError) -> UserError | None:
    found = _SYSTEM.get(error.errno or 0)
    if found is None:
        return None
    files = [str(name) for name in (error.filename, error.filename2) if name is not None]
    return UserError(found[0], where=" → ".join(files) or None, remedy=found[1])
