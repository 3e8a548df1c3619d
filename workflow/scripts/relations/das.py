"""Search for the subspaces that carry shape and colour, at every layer of one model, and measure them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.das.job import das
from vitatlas.relations.das.spec import DasSpec

if __name__ == "__main__":
    run(das, DasSpec)
