"""Try the judge of the features paper's claims on tables in which there is nothing to find."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.reading import READERS
from vitatlas.jobs.job import run
from vitatlas.verdicts.job import calibrating
from vitatlas.verdicts.spec import NullSpec

if __name__ == "__main__":
    run(calibrating(READERS), NullSpec)
