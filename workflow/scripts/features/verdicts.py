"""Judge a tier's results against what the features paper published: table, page and badge."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.reading import READERS
from vitatlas.jobs.job import run
from vitatlas.verdicts.job import judging
from vitatlas.verdicts.spec import VerdictSpec

if __name__ == "__main__":
    run(judging(READERS), VerdictSpec)
