"""Make the package of this checkout importable, before anything installed under the same name."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

# Before anything heavy is imported: a job may be stopped while it still starts.
from vitatlas.stopping import explain_stop  # noqa: E402

explain_stop()
