"""Put the visualisations of a group and model together, with their pictures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.visualise.gathered import gathered_table
from vitatlas.features.visualise.gathered_spec import GatheredSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(gathered_table, GatheredSpec)
