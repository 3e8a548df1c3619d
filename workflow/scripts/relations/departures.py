"""Measure what each departure of the reference code changes in one cell's models."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.departures.job import departures
from vitatlas.relations.departures.spec import DeparturesSpec

if __name__ == "__main__":
    run(departures, DeparturesSpec)
