"""Look at the numerics of one encoder's decomposition."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.numerics.job import numerics
from vitatlas.components.numerics.spec import NumericsSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(numerics, NumericsSpec)
