"""Fetch the published weights of one model, or take them from a local file, and check them against the lock."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.models.download import fetch_weights
from vitatlas.models.spec import FetchWeightsSpec

if __name__ == "__main__":
    run(fetch_weights, FetchWeightsSpec)
