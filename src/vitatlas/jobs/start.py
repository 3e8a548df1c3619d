"""The first steps of every rule's script, taken on import, before anything heavy is imported."""

from __future__ import annotations

import atexit
import gc
import sys

from vitatlas.jobs.environment import enter
from vitatlas.jobs.failure import end_with_one_error
from vitatlas.jobs.stopping import explain_stop

# A job may be stopped while it still starts.
explain_stop()
enter()
# Also of what fails before the job is read: an import of a library that is not there.
sys.excepthook = end_with_one_error

# Many a job takes no longer than its start and end. A third of that is a search for garbage: while imports make their
# objects, and once more at the end, when the process gives everything back anyway.
gc.set_threshold(100_000)
atexit.register(gc.freeze)
