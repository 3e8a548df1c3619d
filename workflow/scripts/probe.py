"""Probe whether a model knows that a pair is the same, at every layer, and intervene along what the probes found."""

import _project  # noqa: F401
from vitatlas.jobs import run
from vitatlas.relations.probes.job import ProbeJob, probe

if __name__ == "__main__":
    run(probe, ProbeJob)
