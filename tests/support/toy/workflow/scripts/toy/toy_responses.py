"""Measure how strongly one layer of a model responds to one feature."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.toy.responses import toy_responses
from vitatlas.toy.spec import ToyResponsesSpec

if __name__ == "__main__":
    run(toy_responses, ToyResponsesSpec)
