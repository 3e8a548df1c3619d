"""Put the tables of the runs of one model one below the other."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.gather import gather
from vitatlas.jobs.gather_spec import GatherSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(gather, GatherSpec)
