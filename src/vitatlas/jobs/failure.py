"""The end of a job that failed: what it was making, and which of its inputs is to blame, if one is."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from vitatlas.errors import UserError
from vitatlas.failures.report import one_error

DAMAGED = "it was changed or damaged after it was made; make it again: snakemake --force {path}"


def doing_of(command: Sequence[str]) -> str:
    """The work of a job in words, from its command line as a rule gives it."""
    rule = Path(command[0]).stem
    made = [command[place + 2] for place, word in enumerate(command[:-2]) if word == "--output"]
    return f"{rule}, which makes {made[0]}," if made else rule


def traceback_of(command: Sequence[str]) -> Path:
    """Where the traceback of a job goes: beside its log, whose end is shown when it fails."""
    for place, word in enumerate(command[:-1]):
        if word == "--log" and command[place + 1]:
            return Path(command[place + 1]).with_suffix(".traceback.txt")
    return Path(tempfile.gettempdir()) / f"vitatlas-{Path(command[0]).stem}.traceback.txt"


def end_with_one_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception hook (`sys.excepthook`) of jobs."""
    with suppress(SystemExit), one_error(doing_of(sys.argv), traceback_of(sys.argv)):
        raise error.with_traceback(trace)


def blamed(inputs: Sequence[Path]) -> UserError | None:
    """The error about the first input that is not as it was written, or cannot be read; None where all are sound."""
    from vitatlas.jobs.readable import require_readable
    from vitatlas.jobs.seal import EDITED, check

    for path in inputs:
        try:
            state = check(path)
            require_readable(path)
        except Exception as error:  # whatever a reader raises, it cannot be read
            said = next(iter(str(error).splitlines()), type(error).__name__)
            remedy = DAMAGED.format(path=path)
            return UserError(f"this input cannot be read: {said[:200]}", where=path, remedy=remedy)
        if state == EDITED:
            return UserError("this input is not what it was made as", where=path, remedy=DAMAGED.format(path=path))
    return None
