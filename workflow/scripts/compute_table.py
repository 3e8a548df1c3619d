"""Sum up what the jobs of a tier took, by kind of job."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.costs.compute import compute_table
from vitatlas.costs.spec import ComputeTableSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(compute_table, ComputeTableSpec)
