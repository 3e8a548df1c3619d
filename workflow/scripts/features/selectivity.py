"""Measure what each unit of an encoder responds to."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.features.selectivity.job import feature_selectivity
from vitatlas.features.selectivity.spec import SelectivitySpec
from vitatlas.jobs.job import run

if __name__ == "__main__":
    run(feature_selectivity, SelectivitySpec)
