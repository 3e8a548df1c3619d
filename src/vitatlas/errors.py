"""The one error a user is meant to read."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class UserError(Exception):
    """Something the user can put right.

    Args:
        problem: What is wrong, naming the thing.
        where: The file, key or command it was found in.
        remedy: What to do about it.
    """

    def __init__(self, problem: str, *, where: str | Path | None = None, remedy: str | None = None):
        self.problem, self.where, self.remedy = problem, where, remedy
        lines = [problem]
        if where is not None:
            lines.append(f"  where:  {where}")
        if remedy is not None:
            lines.append(f"  remedy: {remedy}")
        super().__init__("\n".join(lines))


class SectionError(UserError):
    """A `UserError` that names keys of a section, raised where nobody knows below which paper the section stands.

    Args:
        section: The name of the section, which `{section}` stands for in the other words.
    """

    def __init__(self, problem: str, *, section: str, where: str | Path, remedy: str):
        self._words, self._section = (problem, where, remedy), section
        said = [str(words).replace("{section}", section) for words in self._words]
        super().__init__(said[0], where=said[1], remedy=said[2])

    def below(self, paper: str) -> SectionError:
        """The same, with the keys as they stand in the section of the paper."""
        problem, where, remedy = self._words
        return SectionError(problem, section=f"{paper}.{self._section}", where=where, remedy=remedy)


@contextmanager
def keys_below(paper: str) -> Iterator[None]:
    """Within this context, or a function that it decorates, errors name keys as they stand in the paper's section."""
    try:
        yield
    except SectionError as error:
        raise error.below(paper) from error


_SPACE = "free space there, or move the folder to a larger disk and leave a symbolic link in its place; then run again"
_RIGHTS = "let your user read it, or write there (`ls -ld` shows whose it is), or name another place"

SYSTEM = {
    errno.ENOSPC: ("the disk is full", _SPACE),
    errno.EDQUOT: ("your share of the disk is used up (quota)", _SPACE),
    errno.EACCES: ("your user is not allowed to read or write this", _RIGHTS),
    errno.EPERM: ("your user is not allowed to change this", _RIGHTS),
    errno.EROFS: ("the file system is read-only", "name a place that can be written, or link the folder to one"),
    errno.ENOENT: ("no such file or folder", "correct the path, or put the file there"),
    errno.ENOTDIR: ("a file is where a folder should be", "move the file away, or correct the path"),
    errno.EISDIR: ("a folder is where a file should be", "correct the path"),
    errno.ELOOP: ("symbolic links lead in a circle", "correct the links (`ls -l`)"),
    errno.ENAMETOOLONG: ("the name is too long for the file system", "shorten it"),
    errno.EIO: ("the disk or the network file system does not answer as it should", "try again; look after the disk"),
    errno.ESTALE: ("the network file system lost the file", "run again"),
    errno.EMFILE: ("too many files are open at once", "raise the limit (`ulimit -n 4096`)"),
    errno.ENOTEMPTY: ("the folder holds files that somebody else just wrote", "start again, once alone"),
    errno.ENOLCK: ("the file system knows no locks", "work on another disk"),
    errno.ETIMEDOUT: ("nobody answered in time", "look at the network, and start again"),
    errno.ECONNREFUSED: ("the connection was refused", "look at the network, and start again"),
}
"""Refusals of the system in words, and the remedy of each, by error number."""

_ABOUT_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_ALMOST_FULL = 64 * 1024  # bytes


def explained(error: BaseException, written: str | Path | None = None) -> UserError | None:
    """A refusal of the system, as an error that a user can put right; None of errors of other kinds.

    Libraries that write files say it in words of their own, some without the cause: then the disk is asked.

    Args:
        error: As raised by the system or a library.
        written: The file that was being written, if one was.
    """
    said = {str(number) for number in re.findall(r"os error (\d+)", str(error))}
    number = error.errno if isinstance(error, OSError) else next((n for n in SYSTEM if str(n) in said), None)
    if number not in SYSTEM and written is not None and _is_full(Path(written).parent):
        number = errno.ENOSPC
    if number not in SYSTEM:
        return None
    problem, remedy = SYSTEM[number]
    named = [getattr(error, name, None) for name in ("filename2", "filename")]
    places = [written, *named] if number in _ABOUT_WRITING else [*named, written]
    place = next((place for place in places if isinstance(place, (str, Path))), None)
    return UserError(problem, where=place, remedy=remedy)


@contextmanager
def explaining(written: str | Path | None = None) -> Iterator[None]:
    """Within this context, what the system refuses is a `UserError`; arguments as of `explained`."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if (known := explained(error, written)) is None:
            raise
        raise known from error


def _is_full(folder: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(folder).free < _ALMOST_FULL
    return False
