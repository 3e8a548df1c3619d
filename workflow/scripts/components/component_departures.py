"""Compare departures of the reference code on one encoder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.components.departures.job import departures
from vitatlas.components.departures.spec import DeparturesSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(departures, DeparturesSpec)
