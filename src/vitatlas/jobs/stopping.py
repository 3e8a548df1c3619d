"""Jobs that are told to stop: their exit status, and what one says that has nothing to save."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

STOPPED = 75
"""Exit status of a job that was asked to stop and can continue (EX_TEMPFAIL of sysexits.h)."""


def explain_stop() -> None:
    """On SIGTERM, which a cluster sends before the time limit: say that nothing was saved, and what to do; then exit.

    A training takes over once there is something to save (`vitatlas.jobs.checkpoint`).
    """
    signal.signal(signal.SIGTERM, _stop)
    # It waits where this process was started anew by one that could not be stopped meanwhile
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    rule = Path(sys.argv[0]).stem
    print(
        f"error: {rule} was stopped by {signal.Signals(number).name} before there was anything new to continue from\n"
        f"  remedy: if it ran into a time limit, give it more minutes: --set-resources {rule}:runtime=…",
        file=sys.stderr,
        flush=True,
    )
    raise SystemExit(128 + number)
