"""Remove a spurious cue from the representations of one encoder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.removal.job import removal
from vitatlas.components.removal.spec import RemovalSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(removal, RemovalSpec)
