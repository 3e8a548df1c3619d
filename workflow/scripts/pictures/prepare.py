"""Make the index of one data set that the user brings."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.images.brought.prepare import prepare
from vitatlas.images.brought.spec import PrepareSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(prepare, PrepareSpec)
