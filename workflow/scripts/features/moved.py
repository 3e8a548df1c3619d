"""Score every unit on its own top picture, turned and shifted."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.moved.job import moved
from vitatlas.features.moved.spec import MovedSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(moved, MovedSpec)
