"""Classify pictures without their object, and without all else."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.reliance.job import masked
from vitatlas.features.reliance.spec import MaskedSpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(masked, MaskedSpec)
