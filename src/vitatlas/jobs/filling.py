"""The loop of jobs that write rows, batch by batch, and may be stopped between two."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np

from vitatlas.jobs.checkpoint import StopRequest
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.rows import Rows
from vitatlas.jobs.stopping import STOPPED


def fill(rows: Rows, batches: Iterable[np.ndarray], title: str) -> None:
    """Write the rows that are missing.

    Args:
        rows: The array.
        batches: What is missing, in order.
        title: What is being done, in a few words.

    Raises:
        UserError: A value is not finite.
        SystemExit: Stopped by a signal; the rows so far are kept.
    """
    with StopRequest() as stop, Progress(rows.count, title, done=rows.done) as progress:
        for batch in batches:
            rows.add(batch)
            progress.step(len(batch))
            if stop.signal and rows.done < rows.count:
                print(f"{title}: stopped after {rows.done} of {rows.count}; run again to continue", file=sys.stderr)
                raise SystemExit(STOPPED)
