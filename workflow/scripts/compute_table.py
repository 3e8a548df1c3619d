"""Sum up what the jobs of a tier took, by kind of job."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.plan.compute import ComputeTable, compute_table

if __name__ == "__main__":
    run(compute_table, ComputeTable)
