"""Optimise pictures until units of a user's own model respond."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.own.job import own_visualise
from vitatlas.features.own.spec import OwnVisualiseSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(own_visualise, OwnVisualiseSpec)
