"""The first steps of every rule's script, taken on import, before anything heavy is imported."""

from __future__ import annotations

import atexit
import gc

from vitatlas.jobs.stopping import explain_stop

# A job may be stopped while it still starts.
explain_stop()

# Many a job takes no longer than its start and end. A third of that is a search for garbage: while imports make their
# objects, and once more at the end, when the process gives everything back anyway.
gc.set_threshold(100_000)
atexit.register(gc.freeze)
