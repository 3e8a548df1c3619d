"""Encode pictures with one encoder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.store.job import representations
from vitatlas.components.store.spec import RepresentationsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(representations, RepresentationsSpec)
