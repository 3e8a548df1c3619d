"""Probe whether a model knows that a pair is the same, at every layer, and intervene along what the probes found."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

import vitatlas.jobs.start  # noqa: F401
from vitatlas.jobs.job import run
from vitatlas.relations.probes.job import probe
from vitatlas.relations.probes.spec import ProbeSpec

if __name__ == "__main__":
    run(probe, ProbeSpec)
