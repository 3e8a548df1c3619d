"""Search for the subspaces that carry shape and colour, at every layer of one model, and measure them."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.das.job import DasJob, das

if __name__ == "__main__":
    run(das, DasJob)
