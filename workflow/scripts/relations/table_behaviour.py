"""Write one table of the family `behaviour` as CSV, Markdown and LaTeX."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.artifacts.table import making
from vitatlas.jobs.job import run
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.tables import behaviour

if __name__ == "__main__":
    run(making(behaviour), ArtifactSpec)
