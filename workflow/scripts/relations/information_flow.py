"""Find which tokens carry what a model's answer rests on, layer by layer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.das.flow import information_flow
from vitatlas.relations.das.spec import FlowSpec

if __name__ == "__main__":
    run(information_flow, FlowSpec)
