"""Make the package of this checkout importable, before anything installed under the same name."""

import atexit
import gc
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

# Before anything heavy is imported: a job may be stopped while it still starts.
from vitatlas.stopping import explain_stop  # noqa: E402

explain_stop()

# Many a job takes no longer than its start and end. A third of that is a search for garbage: while imports make their
# objects, and once more at the end, when the process gives everything back anyway.
gc.set_threshold(100_000)
atexit.register(gc.freeze)
