"""Write one table of the family `masked_accuracy` as CSV, Markdown and LaTeX."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.artifacts.table import making
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.features.tables import masked_accuracy
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(making(masked_accuracy), ArtifactSpec)
