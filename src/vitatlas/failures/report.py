"""The end of a script or command that failed: one error that says what to do, and never a traceback.

An error whose cause nobody knows becomes one line that says what was being done. Its traceback goes to a file that the
message names.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.failures.causes import known

STOPPED_BY_HAND = 130
HOW_TO_REPORT = "docs/how-to/when-it-fails.md says what to look at first, and how to report it with that file"
Look = Callable[[], UserError | None]
"""A function that looks for the cause of an error once it has happened."""


@contextmanager
def one_error(doing: str, keep: Path, look: Look | None = None) -> Iterator[None]:
    """Within this context, whatever is raised ends the process with one message and status 1.

    Args:
        doing: What is being done, and with which file.
        keep: Where the traceback of an error of unknown cause goes; what is there of before is deleted.
        look: Looks for the cause, where the error itself does not tell.

    Raises:
        SystemExit: In place of what was raised.
    """
    with suppress(OSError):
        keep.unlink(missing_ok=True)
    try:
        yield
    except KeyboardInterrupt:
        _say(f"stopped by the keyboard: {doing}")
        raise SystemExit(STOPPED_BY_HAND) from None
    except BrokenPipeError:
        # Who read the output went away (| head); what is still to be written goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Exception as error:
        _say(f"error: {_message(error, doing, keep, look)}")
        raise SystemExit(1) from None


def _message(error: Exception, doing: str, keep: Path, look: Look | None) -> UserError:
    found = known(error) or (_looked(look) if look else None)
    if found is not None:
        return found
    first = next(iter(str(error).strip().splitlines()), "")
    said = f"{type(error).__name__}: {first[:300]}" if first else type(error).__name__
    return UserError(f"{doing} failed: {said}", where=_kept(error, keep), remedy=HOW_TO_REPORT)


def _looked(look: Look) -> UserError | None:
    try:
        return look()
    except Exception:  # the first error is the one to tell
        return None


def _kept(error: Exception, keep: Path) -> str:
    """The file that holds the traceback now."""
    text = "".join(traceback.format_exception(error))
    for place in (keep, Path(tempfile.gettempdir()) / f"vitatlas-{os.getuid()}-{keep.name}"):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return str(place)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}, line {frame.lineno} (no disk takes the whole traceback)"


def _say(text: str) -> None:
    # Python escapes on stderr what a terminal does not know; on a full disk not even the log fits
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
