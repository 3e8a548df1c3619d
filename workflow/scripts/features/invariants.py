"""Check what must hold of the finished tables of one tier, whatever the models have learned."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.invariants.every import INVARIANTS
from vitatlas.invariants.job import checking
from vitatlas.invariants.spec import CheckSpec
from vitatlas.invariants.tables import read
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(checking(INVARIANTS, read), CheckSpec)
