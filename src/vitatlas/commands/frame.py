"""The frame of every command: whatever goes wrong in it, on import already, becomes one error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

from vitatlas.failures.report import one_error

P = ParamSpec("P")
R = TypeVar("R")
FOLDER = Path("results/tracebacks")
LONGEST = 120  # letters of a command line


def command(main: Callable[P, R]) -> Callable[P, R]:
    """Decorate the program of a command: what it raises ends the process with one message and status 1."""

    @wraps(main)
    def framed(*given: P.args, **named: P.kwargs) -> R:
        with one_error(_doing(), _traceback()):
            return main(*given, **named)

    return framed


def end_with_one_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception hook (`sys.excepthook`) of commands, for what fails before the program begins."""
    with suppress(SystemExit), one_error(_doing(), _traceback()):
        raise error.with_traceback(trace)


def _doing() -> str:
    """The command as it was given."""
    words = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"the command '{words if len(words) <= LONGEST else words[: LONGEST - 1] + '…'}'"


def _traceback() -> Path:
    return FOLDER / f"{Path(sys.argv[0]).stem}.txt"


# Not in a process that only imports a command, such as a test
if Path(sys.argv[0]).resolve().is_relative_to(Path(__file__).resolve().parents[3]):
    sys.excepthook = end_with_one_error
